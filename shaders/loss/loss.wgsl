// loss.wgsl — cross-entropy of a row of logits with its target.
//
//   forward     m   = max_v l_v        s = Σ_v exp(l_v − m)        lse = m + log s
//               y   = w·(−log softmax(l)[target]) = w·(log s + (m − l_target))
//   backward    dl_v = dy·w·(exp(l_v − lse) − [v = target])
//
// A row of weight 0 is ignored: y = 0, dl = 0, and its target may be anything.
// Source: by definition; the running (m, s): Milakov & Gimelshein 2018, arXiv:1805.02867, alg. 3.
// uses: lib/grid.wgsl

alias T = f32; // slot: storage type of logits and dlogits. The arithmetic is always f32.
const SCALES: bool = true; // slot: by dy; without it, the gradient is that of y itself
const WG: u32 = 256u;

struct Params { rows: u32, vocabulary: u32 }

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> logits: array<T>;           // (R, V)
@group(0) @binding(2) var<storage, read> targets: array<u32>;        // (R)
@group(0) @binding(3) var<storage, read> weights: array<f32>;        // (R)
@group(0) @binding(4) var<storage, read_write> y: array<f32>;        // (R)
@group(0) @binding(5) var<storage, read_write> lse: array<f32>;      // (R)   saved for backward
@group(0) @binding(6) var<storage, read> dy: array<f32>;             // (R)
@group(0) @binding(7) var<storage, read_write> dlogits: array<T>;    // (R, V)
@group(0) @binding(8) var<storage, read_write> dlogits4: array<vec4<T>>; // the same, V % 4 == 0
@group(0) @binding(9) var<storage, read> unscaled: array<T>;         // (R, C)   ∂y/∂x
@group(0) @binding(10) var<storage, read_write> dx: array<T>;        // (R, C)

/// Σ exp(l) of some logits, as sum·exp(top): neither ever overflows.
struct Mass { top: f32, sum: f32 }
const NOTHING = Mass(-3.4e38, 0.0);

var<workgroup> mass: array<Mass, WG>;
var<workgroup> mass_of_16: array<Mass, 16>;

fn joined(a: Mass, b: Mass) -> Mass {
  let top = max(a.top, b.top);
  return Mass(top, a.sum * exp(a.top - top) + b.sum * exp(b.top - top));
}

/// One workgroup a row.
@compute @workgroup_size(WG)
fn cross_entropy_forward(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let row = grid_group(group, groups);
  if (row >= params.rows) { return; }

  var own = NOTHING;
  for (var v = lane; v < params.vocabulary; v += WG) { own = joined(own, Mass(f32(logits[row * params.vocabulary + v]), 1.0)); }
  mass[lane] = own;
  workgroupBarrier(); // every lane's mass is written before sixteen lanes read them
  if (lane < 16u) {
    var sixteen = NOTHING;
    for (var i = 0u; i < 16u; i++) { sixteen = joined(sixteen, mass[lane * 16u + i]); }
    mass_of_16[lane] = sixteen;
  }
  workgroupBarrier(); // the sixteen are written before lane 0 reads them

  if (lane > 0u) { return; }
  var all = NOTHING;
  for (var i = 0u; i < 16u; i++) { all = joined(all, mass_of_16[i]); }
  lse[row] = all.top + log(all.sum);
  y[row] = 0.0;
  if (weights[row] != 0.0) {
    let target_logit = f32(logits[row * params.vocabulary + targets[row]]);
    y[row] = weights[row] * (log(all.sum) + (all.top - target_logit));
  }
}

/// What a row's gradient is multiplied by.
fn factor(row: u32) -> f32 {
  if (SCALES) { return dy[row] * weights[row]; }
  return weights[row];
}

fn gradient(i: u32, logit: f32) -> f32 {
  let row = i / params.vocabulary;
  if (weights[row] == 0.0) { return 0.0; }
  let one_hot = select(0.0, 1.0, i % params.vocabulary == targets[row]);
  return factor(row) * (exp(logit - lse[row]) - one_hot);
}

/// One invocation a logit.
@compute @workgroup_size(WG)
fn cross_entropy_backward(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let i = grid_index(group, groups, lane, WG);
  if (i < params.rows * params.vocabulary) { dlogits[i] = T(gradient(i, f32(logits[i]))); }
}

/// The same where `dlogits` holds the logits.
@compute @workgroup_size(WG)
fn cross_entropy_backward_in_place(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let i = grid_index(group, groups, lane, WG);
  if (i < params.rows * params.vocabulary) { dlogits[i] = T(gradient(i, f32(dlogits[i]))); }
}

/// The same, four logits an invocation.
@compute @workgroup_size(WG)
fn cross_entropy_backward_in_place_vec4(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let i = grid_index(group, groups, lane, WG);
  let width = params.vocabulary / 4u;
  if (i >= params.rows * width) { return; }
  let row = i / width;
  if (weights[row] == 0.0) {
    dlogits4[i] = vec4<T>();
    return;
  }
  let v = vec4u(i % width * 4u) + vec4u(0u, 1u, 2u, 3u);
  let one_hot = select(vec4f(0.0), vec4f(1.0), v == vec4u(targets[row]));
  dlogits4[i] = vec4<T>(factor(row) * (exp(vec4f(dlogits4[i]) - lse[row]) - one_hot));
}

/// Rows of C numbers, each times its dy: one invocation a number. Params.vocabulary is C here.
@compute @workgroup_size(WG)
fn cross_entropy_scale_rows(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let i = grid_index(group, groups, lane, WG);
  if (i < params.rows * params.vocabulary) { dx[i] = T(dy[i / params.vocabulary] * f32(unscaled[i])); }
}
