// pool.wgsl — the mean of each text's rows, and rows of unit length.
//
//   mean pool   y_b = 1/n_b · Σ_{t ∈ [first_b, end_b)} x_t        dx_t = dy_b / n_b
//   normalise   r = 1/√(Σ x² + ε)        y = r·x                  dx = r·(dy − y·Σ(dy ⊙ y))
//
// Source: Reimers & Gurevych 2019, arXiv:1908.10084, §3 (mean pooling).
// uses: lib/grid.wgsl, lib/reduce.wgsl

alias T = f32; // slot: storage type of x, y, dy, dx. Sums are always f32.

struct Params { rows: u32, cols: u32, eps: f32 } // rows: texts B

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<T>;           // (T, C), of normalise (B, C)
@group(0) @binding(2) var<storage, read> ranges: array<u32>;    // (B, 2)
@group(0) @binding(3) var<storage, read_write> y: array<T>;     // (B, C)
@group(0) @binding(4) var<storage, read> dy: array<T>;          // (B, C)
@group(0) @binding(5) var<storage, read_write> dx: array<T>;    // of x

/// One invocation an element of y; rows are summed in order. An empty range gives zeros.
@compute @workgroup_size(64)
fn mean_pool_forward(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let i = grid_index(group, groups, lane, 64u);
  if (i >= params.rows * params.cols) { return; }
  let b = i / params.cols;
  let first = ranges[2u * b];
  let end = ranges[2u * b + 1u];
  var sum = 0.0;
  for (var t = first; t < end; t++) { sum += f32(x[t * params.cols + i % params.cols]); }
  y[i] = T(sum / f32(max(end, first + 1u) - first));
}

/// Rows of no range are not written: the caller clears dx.
@compute @workgroup_size(64)
fn mean_pool_backward(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let i = grid_index(group, groups, lane, 64u);
  if (i >= params.rows * params.cols) { return; }
  let b = i / params.cols;
  let first = ranges[2u * b];
  let end = ranges[2u * b + 1u];
  let share = T(f32(dy[i]) / f32(max(end, first + 1u) - first));
  for (var t = first; t < end; t++) { dx[t * params.cols + i % params.cols] = share; }
}

/// One workgroup a row.
@compute @workgroup_size(REDUCE_WG)
fn normalize_forward(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let b = grid_group(group, groups);
  let row = min(b, params.rows - 1u) * params.cols; // uniform: every invocation reaches the reduction's barriers
  var sum_x2 = 0.0;
  for (var c = lane; c < params.cols; c += REDUCE_WG) { sum_x2 += f32(x[row + c]) * f32(x[row + c]); }
  let r = inverseSqrt(reduce_sum(lane, sum_x2) + params.eps);
  if (b >= params.rows) { return; }
  for (var c = lane; c < params.cols; c += REDUCE_WG) { y[row + c] = T(r * f32(x[row + c])); }
}

@compute @workgroup_size(REDUCE_WG)
fn normalize_backward(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let b = grid_group(group, groups);
  let row = min(b, params.rows - 1u) * params.cols;
  var sum_x2 = 0.0;
  var sum_dyx = 0.0;
  for (var c = lane; c < params.cols; c += REDUCE_WG) {
    sum_x2 += f32(x[row + c]) * f32(x[row + c]);
    sum_dyx += f32(dy[row + c]) * f32(x[row + c]);
  }
  let r = inverseSqrt(reduce_sum(lane, sum_x2) + params.eps);
  let along = reduce_sum(lane, sum_dyx) * r * r; // Σ(dy ⊙ y)·r, what multiplies x
  if (b >= params.rows) { return; }
  for (var c = lane; c < params.cols; c += REDUCE_WG) { dx[row + c] = T(r * (f32(dy[row + c]) - along * f32(x[row + c]))); }
}
