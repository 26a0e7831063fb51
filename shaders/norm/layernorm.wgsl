// layernorm.wgsl — normalisation of a row to mean 0 and variance 1, scaled and shifted.
//
//   forward     μ = mean(x),  r = 1/√(mean((x − μ)²) + ε)      two scalars a row
//               x̂ = r·(x − μ)
//               y = w ⊙ x̂ + b
//   backward    g  = w ⊙ dy
//               dx = r·(g − mean(g) − x̂·mean(g ⊙ x̂))
//               dw (+)= Σ_rows dy ⊙ x̂,   db (+)= Σ_rows dy
//
// Source: Ba, Kiros & Hinton 2016, arXiv:1607.06450, eq. 4. Derivation of dx: layernorm.ts.
// uses: lib/reduce.wgsl, lib/columns.wgsl, lib/grid.wgsl

alias T = f32;  // slot: storage type of x, y, dy, dx. Sums are always f32.
alias TW = f32; // slot: of w
alias TB = f32; // slot: of b

struct Params { rows: u32, cols: u32, eps: f32, adds: u32 } // adds: dw and db are added to, not set

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<T>;               // (R, C)
@group(0) @binding(2) var<storage, read> w: array<TW>;              // (C)
@group(0) @binding(3) var<storage, read> b: array<TB>;              // (C)
@group(0) @binding(4) var<storage, read_write> y: array<T>;         // (R, C)
@group(0) @binding(5) var<storage, read_write> stats: array<vec2f>; // (R)   μ and r, saved for backward
@group(0) @binding(6) var<storage, read> dy: array<T>;              // (R, C)
@group(0) @binding(7) var<storage, read_write> dx: array<T>;        // (R, C)
@group(0) @binding(8) var<storage, read_write> dw: array<f32>;      // (C)
@group(0) @binding(9) var<storage, read_write> db: array<f32>;      // (C)

/// One workgroup a row. The variance is taken about the mean, in a second pass: no cancellation.
@compute @workgroup_size(REDUCE_WG)
fn layernorm_forward(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let t = grid_group(group, groups);
  if (t >= params.rows) { return; } // the whole workgroup: barriers below stay uniform
  let row = t * params.cols;

  var sum_x = 0.0;
  for (var c = lane; c < params.cols; c += REDUCE_WG) { sum_x += f32(x[row + c]); }
  let mean = reduce_sum(lane, sum_x) / f32(params.cols);
  var sum_squares = 0.0;
  for (var c = lane; c < params.cols; c += REDUCE_WG) { sum_squares += (f32(x[row + c]) - mean) * (f32(x[row + c]) - mean); }
  let r = inverseSqrt(reduce_sum(lane, sum_squares) / f32(params.cols) + params.eps);

  if (lane == 0u) { stats[t] = vec2f(mean, r); }
  for (var c = lane; c < params.cols; c += REDUCE_WG) { y[row + c] = T(f32(w[c]) * r * (f32(x[row + c]) - mean) + f32(b[c])); }
}

/// One workgroup a row.
@compute @workgroup_size(REDUCE_WG)
fn layernorm_backward_x(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let t = grid_group(group, groups);
  if (t >= params.rows) { return; } // the whole workgroup: barriers below stay uniform
  let row = t * params.cols;
  let mean = stats[t].x;
  let r = stats[t].y;

  var sum_g = 0.0;
  var sum_gx = 0.0; // Σ g ⊙ x̂
  for (var c = lane; c < params.cols; c += REDUCE_WG) {
    let g = f32(w[c]) * f32(dy[row + c]);
    sum_g += g;
    sum_gx += g * r * (f32(x[row + c]) - mean);
  }
  let mean_g = reduce_sum(lane, sum_g) / f32(params.cols);
  let mean_gx = reduce_sum(lane, sum_gx) / f32(params.cols);

  for (var c = lane; c < params.cols; c += REDUCE_WG) {
    let x_hat = r * (f32(x[row + c]) - mean);
    dx[row + c] = T(r * (f32(w[c]) * f32(dy[row + c]) - mean_g - x_hat * mean_gx));
  }
}

/// One workgroup 16 columns.
@compute @workgroup_size(COLUMNS_WG)
fn layernorm_backward_w(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let c = group.x * COLUMNS + lane % COLUMNS;
  var part = 0.0;
  if (c < params.cols) {
    for (var t = lane / COLUMNS; t < params.rows; t += COLUMN_PARTS) {
      part += f32(dy[t * params.cols + c]) * stats[t].y * (f32(x[t * params.cols + c]) - stats[t].x);
    }
  }
  let sum = columns_sum(lane, part);
  if (lane < COLUMNS && c < params.cols) { dw[c] = select(sum, dw[c] + sum, params.adds != 0u); }
}

/// One workgroup 16 columns.
@compute @workgroup_size(COLUMNS_WG)
fn layernorm_backward_b(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let c = group.x * COLUMNS + lane % COLUMNS;
  var part = 0.0;
  if (c < params.cols) {
    for (var t = lane / COLUMNS; t < params.rows; t += COLUMN_PARTS) { part += f32(dy[t * params.cols + c]); }
  }
  let sum = columns_sum(lane, part);
  if (lane < COLUMNS && c < params.cols) { db[c] = select(sum, db[c] + sum, params.adds != 0u); }
}
