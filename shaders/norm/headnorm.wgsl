// headnorm.wgsl — root-mean-square normalisation of each query and key head by itself; values pass.
//
//   a row of x is H query heads, K key heads, K value heads, D numbers each
//   forward     r  = 1/√(mean(x²) + ε)            one scalar a query or key head
//               y  = w ⊙ r·x                      the first half of w for query heads, the second for key heads
//   backward    g  = w ⊙ dy,  x̂ = r·x
//               dx = r·(g − x̂·mean(g ⊙ x̂))
//               dw (+)= Σ_rows Σ_heads dy ⊙ x̂     by halves as w
//
// Source: Henry et al. 2020, arXiv:2010.04245 (query-key normalisation), with the norm of Zhang & Sennrich 2019, arXiv:1910.07467.
// uses: lib/reduce.wgsl, lib/columns.wgsl, lib/grid.wgsl

alias T = f32;  // slot: storage type of x, y, dy, dx. Sums are always f32.
alias TW = f32; // slot: of w

struct Params { rows: u32, q_heads: u32, kv_heads: u32, size: u32, eps: f32, adds: u32 } // size = D; adds: dw is added to, not set

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<T>;          // (T, (H+2K)·D)
@group(0) @binding(2) var<storage, read> w: array<TW>;         // (2·D)
@group(0) @binding(3) var<storage, read_write> y: array<T>;    // (T, (H+2K)·D)
@group(0) @binding(4) var<storage, read> dy: array<T>;         // (T, (H+2K)·D)
@group(0) @binding(5) var<storage, read_write> dx: array<T>;   // (T, (H+2K)·D)
@group(0) @binding(6) var<storage, read_write> dw: array<f32>; // (2·D)
@group(0) @binding(7) var<storage, read_write> r: array<f32>;  // (T, H+2K)   saved for backward; of value heads not used

fn heads() -> u32 { return params.q_heads + 2u * params.kv_heads; }
fn is_value(head: u32) -> bool { return head >= params.q_heads + params.kv_heads; }
/// Where the weights of a head begin.
fn weights_of(head: u32) -> u32 { return select(0u, params.size, head >= params.q_heads); }

/// One workgroup a head.
@compute @workgroup_size(REDUCE_WG)
fn headnorm_forward(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let i = grid_group(group, groups);
  if (i >= params.rows * heads()) { return; } // the whole workgroup: barriers below stay uniform
  let first = i * params.size;
  let head = i % heads();

  var sum_x2 = 0.0;
  for (var c = lane; c < params.size; c += REDUCE_WG) { sum_x2 += f32(x[first + c]) * f32(x[first + c]); }
  let rstd = inverseSqrt(reduce_sum(lane, sum_x2) / f32(params.size) + params.eps);
  if (lane == 0u) { r[i] = rstd; }
  for (var c = lane; c < params.size; c += REDUCE_WG) {
    let value = f32(x[first + c]);
    if (is_value(head)) { y[first + c] = T(value); } else { y[first + c] = T(f32(w[weights_of(head) + c]) * rstd * value); }
  }
}

/// One invocation a head, without barriers.
@compute @workgroup_size(REDUCE_WG)
fn headnorm_forward_serial(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let i = grid_index(group, groups, lane, REDUCE_WG);
  if (i >= params.rows * heads()) { return; }
  let first = i * params.size;
  let head = i % heads();
  if (is_value(head)) {
    for (var c = first; c < first + params.size; c++) { y[c] = x[c]; }
    return;
  }
  var sum_x2 = 0.0;
  for (var c = 0u; c < params.size; c++) { sum_x2 += f32(x[first + c]) * f32(x[first + c]); }
  let rstd = inverseSqrt(sum_x2 / f32(params.size) + params.eps);
  r[i] = rstd;
  for (var c = 0u; c < params.size; c++) { y[first + c] = T(f32(w[weights_of(head) + c]) * rstd * f32(x[first + c])); }
}

/// One invocation a head.
@compute @workgroup_size(REDUCE_WG)
fn headnorm_backward_x(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let i = grid_index(group, groups, lane, REDUCE_WG);
  if (i >= params.rows * heads()) { return; }
  let first = i * params.size;
  let head = i % heads();
  if (is_value(head)) {
    for (var c = first; c < first + params.size; c++) { dx[c] = dy[c]; }
    return;
  }
  let rstd = r[i];
  var sum_gx = 0.0; // Σ g ⊙ x̂
  for (var c = 0u; c < params.size; c++) { sum_gx += f32(w[weights_of(head) + c]) * f32(dy[first + c]) * rstd * f32(x[first + c]); }
  let mean_gx = sum_gx / f32(params.size);
  for (var c = 0u; c < params.size; c++) {
    let g = f32(w[weights_of(head) + c]) * f32(dy[first + c]);
    dx[first + c] = T(rstd * (g - rstd * f32(x[first + c]) * mean_gx));
  }
}

/// One workgroup 16 columns of a half of w; rows and heads are summed in a fixed order, so the result is reproducible.
@compute @workgroup_size(COLUMNS_WG)
fn headnorm_backward_w(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let c = group.x * COLUMNS + lane % COLUMNS;
  let first_head = select(0u, params.q_heads, group.y == 1u);
  let count = select(params.q_heads, params.kv_heads, group.y == 1u);
  var part = 0.0;
  if (c < params.size) {
    for (var i = lane / COLUMNS; i < params.rows * count; i += COLUMN_PARTS) {
      let head = i / count * heads() + first_head + i % count;
      part += f32(dy[head * params.size + c]) * r[head] * f32(x[head * params.size + c]);
    }
  }
  let sum = columns_sum(lane, part);
  if (lane >= COLUMNS || c >= params.size) { return; }
  let at = group.y * params.size + c;
  dw[at] = select(sum, dw[at] + sum, params.adds != 0u);
}
