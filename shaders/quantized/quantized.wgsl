// quantized.wgsl — products with a quantised matrix, and rows of it by number. Few rows times a transposed one: fused.wgsl.
//
//   nt       d[m, n] = α·Σ_k a[m, k]·W[n, k] + c[m, n] + bias[n]       y = x Wᵀ
//   nn       d[m, k] = α·Σ_n a[m, n]·W[n, k] + c[m, k]       dx = dy W
//   gather   y[t]    = W[min(ids[t], O−1)]                   rows of a table
//
// 8 × 4 numbers of d an invocation, in registers: four weights are unpacked once for eight rows. No workgroup memory, so no
// barriers: neighbours' loads meet in the cache. Rows and columns past the edge read the last one and are not written.
// uses: one of lib/weights-q8.wgsl, lib/weights-q4.wgsl, and lib/grid.wgsl

alias TA = f32; // slot: storage type of a
alias TC = f32; // slot: of c
alias TBIAS = f32; // slot: of the bias
alias TD = f32; // slot: of d. Sums are always f32.
const PLUS: u32 = 0u; // slot: 0 adds nothing, 1 adds c, 2 adds what d holds
const HAS_BIAS: bool = false; // slot
const WG: u32 = 64u;

struct Params { M: u32, O: u32, I: u32, alpha: f32 } // rows of a and d; W is (O, I), I a multiple of 32

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(4) var<storage, read> A: array<vec4<TA>>;   // (M, I)
@group(0) @binding(5) var<storage, read> dy: array<TA>;        // (M, O)
@group(0) @binding(6) var<storage, read> C: array<TC>;         // as D, when PLUS is 1, else not read
@group(0) @binding(7) var<storage, read_write> D: array<TD>;   // nt (M, O), nn (M, I)
@group(0) @binding(8) var<storage, read> ids: array<u32>;      // (M)
@group(0) @binding(9) var<storage, read_write> y: array<vec4f>; // (M, I)
@group(0) @binding(10) var<storage, read> bias: array<TBIAS>;   // (O) when HAS_BIAS, else not read

/// Writes columns n … n + 3 of row m; a row of D has `width`.
fn store(m: u32, n: u32, width: u32, sum: vec4f) {
  if (m >= params.M) { return; }
  for (var j = 0u; j < 4u; j++) {
    if (n + j >= width) { return; }
    let i = m * width + n + j;
    var d = params.alpha * sum[j];
    if (HAS_BIAS) { d += f32(bias[n + j]); }
    if (PLUS == 1u) { d += f32(C[i]); }
    if (PLUS == 2u) { d += f32(D[i]); }
    D[i] = TD(d);
  }
}
/// Rows m … m + 3, those past the end being the last one.
fn rows_from(m: u32) -> vec4u { return min(m + vec4u(0u, 1u, 2u, 3u), vec4u(params.M - 1u)); }

@compute @workgroup_size(8, 8)
fn quantized_nt(@builtin(global_invocation_id) id: vec3u) {
  let m = id.y * 8u;
  let n = id.x * 4u;
  if (m >= params.M || n >= params.O) { return; }
  let width = params.I / 4u;
  let a = rows_from(m) * width;
  let b = rows_from(m + 4u) * width;
  let w = min(n + vec4u(0u, 1u, 2u, 3u), vec4u(params.O - 1u)) * width;
  var d0 = vec4f();
  var d1 = vec4f();
  var d2 = vec4f();
  var d3 = vec4f();
  var d4 = vec4f();
  var d5 = vec4f();
  var d6 = vec4f();
  var d7 = vec4f();
  for (var k = 0u; k < width; k++) {
    let columns = mat4x4f(weights4(w.x + k), weights4(w.y + k), weights4(w.z + k), weights4(w.w + k));
    d0 += vec4f(A[a.x + k]) * columns; // a row vector times a matrix: four dot products
    d1 += vec4f(A[a.y + k]) * columns;
    d2 += vec4f(A[a.z + k]) * columns;
    d3 += vec4f(A[a.w + k]) * columns;
    d4 += vec4f(A[b.x + k]) * columns;
    d5 += vec4f(A[b.y + k]) * columns;
    d6 += vec4f(A[b.z + k]) * columns;
    d7 += vec4f(A[b.w + k]) * columns;
  }
  store(m, n, params.O, d0);
  store(m + 1u, n, params.O, d1);
  store(m + 2u, n, params.O, d2);
  store(m + 3u, n, params.O, d3);
  store(m + 4u, n, params.O, d4);
  store(m + 5u, n, params.O, d5);
  store(m + 6u, n, params.O, d6);
  store(m + 7u, n, params.O, d7);
}

@compute @workgroup_size(8, 8)
fn quantized_nn(@builtin(global_invocation_id) id: vec3u) {
  let m = id.y * 8u;
  let width = params.I / 4u;
  if (m >= params.M || id.x >= width) { return; }
  let a = rows_from(m) * params.O;
  let b = rows_from(m + 4u) * params.O;
  var d0 = vec4f();
  var d1 = vec4f();
  var d2 = vec4f();
  var d3 = vec4f();
  var d4 = vec4f();
  var d5 = vec4f();
  var d6 = vec4f();
  var d7 = vec4f();
  for (var n = 0u; n < params.O; n++) {
    let w = weights4(n * width + id.x);
    d0 += f32(dy[a.x + n]) * w;
    d1 += f32(dy[a.y + n]) * w;
    d2 += f32(dy[a.z + n]) * w;
    d3 += f32(dy[a.w + n]) * w;
    d4 += f32(dy[b.x + n]) * w;
    d5 += f32(dy[b.y + n]) * w;
    d6 += f32(dy[b.z + n]) * w;
    d7 += f32(dy[b.w + n]) * w;
  }
  let k = id.x * 4u;
  store(m, k, params.I, d0);
  store(m + 1u, k, params.I, d1);
  store(m + 2u, k, params.I, d2);
  store(m + 3u, k, params.I, d3);
  store(m + 4u, k, params.I, d4);
  store(m + 5u, k, params.I, d5);
  store(m + 6u, k, params.I, d6);
  store(m + 7u, k, params.I, d7);
}

/// One invocation four numbers of y.
@compute @workgroup_size(WG)
fn quantized_gather(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let width = params.I / 4u;
  let i = grid_index(group, groups, lane, WG);
  if (i >= params.M * width) { return; }
  y[i] = weights4(min(ids[i / width], params.O - 1u) * width + i % width);
}
