// preference.wgsl — pairs of a chosen and a rejected text: how far a model prefers the chosen one, and what is left to learn.
//
//   margin      h_p = β·(Σ_{t of rejected} l_t − Σ_{t of chosen} l_t − ref_p)        l_t = −log p(token t), ref_p the same of a reference
//               dl_t = −β·dh_p where t is of the chosen text, +β·dh_p where it is of the rejected one
//   loss        y_p = w_p·log(1 + e^(−h_p))                                           = −w_p·log σ(h_p)
//               dh_p = −dy_p·w_p·σ(−h_p)
//   measures    sums += (Σ_p w_p·h_p, Σ_p w_p·[h_p > tie] + ½·w_p·[|h_p| ≤ tie])
//
// Source: Rafailov et al. 2023, arXiv:2305.18290, eq. 7.
// uses: lib/reduce.wgsl, lib/grid.wgsl

struct Params { rows: u32, pairs: u32, beta: f32, tie: f32 }

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> losses: array<f32>;            // (R)
@group(0) @binding(2) var<storage, read> ranges: array<vec4u>;          // (P, 4) rows [x, y) of the chosen text, [z, w) of the rejected
@group(0) @binding(3) var<storage, read> reference: array<f32>;         // (P)
@group(0) @binding(4) var<storage, read_write> margins: array<f32>;     // (P)
@group(0) @binding(5) var<storage, read> dy: array<f32>;                // (P)
@group(0) @binding(6) var<storage, read_write> dlosses: array<f32>;     // (R)
@group(0) @binding(7) var<storage, read> h: array<f32>;                 // (P) margins, once written
@group(0) @binding(8) var<storage, read> weights: array<f32>;           // (P)
@group(0) @binding(9) var<storage, read_write> y: array<f32>;           // (P)
@group(0) @binding(10) var<storage, read_write> dh: array<f32>;         // (P)
@group(0) @binding(11) var<storage, read_write> sums: array<f32>;       // (2)

/// One workgroup a pair.
@compute @workgroup_size(REDUCE_WG)
fn pair_margin(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let p = grid_group(group, groups);
  if (p >= params.pairs) { return; } // the whole workgroup: barriers below stay uniform
  let own = ranges[p];
  var sum = 0.0;
  for (var t = own.z + lane; t < own.w; t += REDUCE_WG) { sum += losses[t]; }
  for (var t = own.x + lane; t < own.y; t += REDUCE_WG) { sum -= losses[t]; }
  let difference = reduce_sum(lane, sum);
  if (lane == 0u) { margins[p] = params.beta * (difference - reference[p]); }
}

/// One invocation a row: a step has few pairs, so it looks at all of them.
@compute @workgroup_size(64)
fn pair_margin_backward(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let t = grid_index(group, groups, lane, 64u);
  if (t >= params.rows) { return; }
  var sum = 0.0;
  for (var p = 0u; p < params.pairs; p++) {
    let both = ranges[p];
    if (t >= both.x && t < both.y) { sum -= dy[p]; }
    if (t >= both.z && t < both.w) { sum += dy[p]; }
  }
  dlosses[t] = params.beta * sum;
}

/// log(1 + e), for e in [0, 1]: WGSL's log loses a small e beside 1.
fn log_of_one_and(e: f32) -> f32 { return select(log(1.0 + e), e * (1.0 - 0.5 * e), e < 0.001); }

/// One invocation a pair.
@compute @workgroup_size(64)
fn preference_loss(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let p = grid_index(group, groups, lane, 64u);
  if (p >= params.pairs) { return; }
  y[p] = weights[p] * (max(-h[p], 0.0) + log_of_one_and(exp(-abs(h[p]))));
}

/// One invocation a pair.
@compute @workgroup_size(64)
fn preference_loss_backward(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let p = grid_index(group, groups, lane, 64u);
  if (p >= params.pairs) { return; }
  let e = exp(-abs(h[p]));
  dh[p] = -dy[p] * weights[p] * select(e, 1.0, h[p] < 0.0) / (1.0 + e); // σ(−h), without a power above 1
}

/// One invocation: a step has few pairs.
@compute @workgroup_size(1)
fn pair_measures() {
  for (var p = 0u; p < params.pairs; p++) {
    let won = select(select(0.0, 0.5, abs(h[p]) <= params.tie), 1.0, h[p] > params.tie);
    sums[0] += weights[p] * h[p];
    sums[1] += weights[p] * won;
  }
}
