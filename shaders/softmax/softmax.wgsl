// softmax.wgsl — probabilities over the last axis.
//
//   forward     m = max(x),  y = e^(x − m) / Σ e^(x − m)        a row at a time; m keeps every power at or below 1
//   backward    dx = y ⊙ (dy − Σ dy ⊙ y)
//
// Source: Bridle 1990, "Probabilistic interpretation of feedforward classification network outputs", eq. 2.
// uses: lib/reduce.wgsl, lib/grid.wgsl

alias T = f32; // slot: storage type of x, y, p, dy, dx. Sums are always f32.

struct Params { rows: u32, cols: u32 }

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<T>;          // (R, C)
@group(0) @binding(2) var<storage, read_write> y: array<T>;    // (R, C)
@group(0) @binding(3) var<storage, read> p: array<T>;          // (R, C)   y, once written
@group(0) @binding(4) var<storage, read> dy: array<T>;         // (R, C)
@group(0) @binding(5) var<storage, read_write> dx: array<T>;   // (R, C)

/// One workgroup a row.
@compute @workgroup_size(REDUCE_WG)
fn softmax_forward(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let t = grid_group(group, groups);
  if (t >= params.rows) { return; } // the whole workgroup: barriers below stay uniform
  let row = t * params.cols;

  var highest = f32(x[row]);
  for (var c = lane; c < params.cols; c += REDUCE_WG) { highest = max(highest, f32(x[row + c])); }
  let m = reduce_max(lane, highest);
  var sum = 0.0;
  for (var c = lane; c < params.cols; c += REDUCE_WG) { sum += exp(f32(x[row + c]) - m); }
  let share = 1.0 / reduce_sum(lane, sum);
  for (var c = lane; c < params.cols; c += REDUCE_WG) { y[row + c] = T(share * exp(f32(x[row + c]) - m)); }
}

/// One workgroup a row.
@compute @workgroup_size(REDUCE_WG)
fn softmax_backward(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let t = grid_group(group, groups);
  if (t >= params.rows) { return; } // the whole workgroup: barriers below stay uniform
  let row = t * params.cols;

  var products = 0.0;
  for (var c = lane; c < params.cols; c += REDUCE_WG) { products += f32(dy[row + c]) * f32(p[row + c]); }
  let along = reduce_sum(lane, products); // Σ dy ⊙ y
  for (var c = lane; c < params.cols; c += REDUCE_WG) { dx[row + c] = T(f32(p[row + c]) * (f32(dy[row + c]) - along)); }
}
