// lora.wgsl — low-rank adapters beside a linear layer: up to three, each for a stretch of its columns (a part).
//
//   up         y[t, c]   += s·Σ_j z[t, p, j]·B[b, j]          c = the column of row b of B, p = its part
//   down       dz[t, p, j]  = s·Σ_{b in p} dy[t, c]·B[b, j]
//   weights    dB[b, j]  (+)= s·Σ_t dy[t, c]·z[t, p, j]
//
// z = x Aᵀ, dA = dzᵀ x and dx += dz A are matrix products. Source: Hu et al. 2021, arXiv:2106.09685, eq. 3.
// uses: lib/grid.wgsl

const RANK4 = 2u; // slot: rank / 4
const TILE = 8u;  // rows of y an invocation adds to

struct Params {
  T: u32, N: u32, parts: u32, scale: f32, // rows; columns of y; parts
  o0: u32, w0: u32, o1: u32, w1: u32, o2: u32, w2: u32, // first column and width of each part
  adds: u32, // dB is added to, not set
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> z: array<vec4f>;         // (T, P·rank)
@group(0) @binding(2) var<storage, read> B: array<vec4f>;         // (Σ w, rank)
@group(0) @binding(3) var<storage, read_write> y: array<f32>;     // (T, N)
@group(0) @binding(4) var<storage, read> dy: array<f32>;          // (T, N)
@group(0) @binding(5) var<storage, read_write> dz: array<vec4f>;  // (T, P·rank)
@group(0) @binding(6) var<storage, read_write> dB: array<vec4f>;  // (Σ w, rank)

struct Part { index: u32, column: u32, row: u32, width: u32 } // of its first column, its first row of B

fn part(p: u32) -> Part {
  if (p == 0u) { return Part(0u, params.o0, 0u, params.w0); }
  if (p == 1u) { return Part(1u, params.o1, params.w0, params.w1); }
  return Part(2u, params.o2, params.w0 + params.w1, params.w2);
}
fn part_of_row(b: u32) -> Part { return part(u32(b >= params.w0) + u32(b >= params.w0 + params.w1)); }
fn rows_of_B() -> u32 { return params.w0 + params.w1 + params.w2; }

/// One invocation a row of B and TILE rows of y.
@compute @workgroup_size(64)
fn lora_up(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let i = grid_index(group, groups, lane, 64u);
  let b = i % rows_of_B();
  let first = (i / rows_of_B()) * TILE;
  if (first >= params.T) { return; }
  let own = part_of_row(b);
  let column = own.column + b - own.row;
  var row: array<vec4f, RANK4>;
  for (var k = 0u; k < RANK4; k++) { row[k] = params.scale * B[b * RANK4 + k]; }
  for (var t = first; t < min(first + TILE, params.T); t++) {
    let at = (t * params.parts + own.index) * RANK4;
    var sum = 0.0;
    for (var k = 0u; k < RANK4; k++) { sum += dot(z[at + k], row[k]); }
    y[t * params.N + column] += sum;
  }
}

/// One invocation four numbers of dz.
@compute @workgroup_size(64)
fn lora_down(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let i = grid_index(group, groups, lane, 64u);
  let t = i / (params.parts * RANK4);
  if (t >= params.T) { return; }
  let own = part((i / RANK4) % params.parts);
  let k = i % RANK4;
  let from_dy = t * params.N + own.column;
  var sum = vec4f();
  for (var c = 0u; c < own.width; c++) { sum += dy[from_dy + c] * B[(own.row + c) * RANK4 + k]; }
  dz[i] = params.scale * sum;
}

/// One invocation four numbers of dB; rows are summed in their order, so the result is reproducible.
@compute @workgroup_size(64)
fn lora_weights(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let i = grid_index(group, groups, lane, 64u);
  let b = i % rows_of_B();
  let k = i / rows_of_B();
  if (k >= RANK4) { return; }
  let own = part_of_row(b);
  let column = own.column + b - own.row;
  var sum = vec4f();
  for (var t = 0u; t < params.T; t++) {
    sum += dy[t * params.N + column] * z[(t * params.parts + own.index) * RANK4 + k];
  }
  let at = b * RANK4 + k;
  dB[at] = select(params.scale * sum, dB[at] + params.scale * sum, params.adds != 0u);
}
