// matmul-tiled.wgsl — D = α·A B + C + bias, 4 × 4 elements an invocation, held in registers and read as vec4.
//
// No workgroup memory, so no barriers: neighbours' loads meet in the cache. One entry point a layout, as the vec4 run along
// the stored axis:    nt   A (M, K), B (N, K)     K % 4 == 0                     y = x Wᵀ
//                     nn   A (M, K), B (K, N)     K % 4 == 0, N % 4 == 0         dx = dy W
//                     tn   A (K, M), B (K, N)     M % 4 == 0, N % 4 == 0         dW = dyᵀ x
// Rows and columns past the edge read the last one and are not written.
// The yardstick is matmul.wgsl.

const PLUS: u32 = 0u; // slot: 0 adds nothing, 1 adds C, 2 adds what D holds
const HAS_BIAS: bool = false; // slot: the bias is added to every row

alias TA = f32; // slot: storage type of A
alias TB = f32; // slot: of B
alias TC = f32; // slot: of C
alias TBIAS = f32; // slot: of the bias
alias TD = f32; // slot: of D. Sums are always f32.

struct Params { M: u32, N: u32, K: u32, alpha: f32 }

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> A: array<vec4<TA>>;
@group(0) @binding(2) var<storage, read> B: array<vec4<TB>>;
@group(0) @binding(3) var<storage, read> C: array<TC>; // (M, N) when PLUS is 1, else not read
@group(0) @binding(4) var<storage, read_write> D: array<TD>;
@group(0) @binding(5) var<storage, read> bias: array<TBIAS>; // (N) when HAS_BIAS, else not read

/// Writes columns n, n+1, n+2, n+3 of row m.
fn store(m: u32, n: u32, sum: vec4f) {
  if (m >= params.M) { return; }
  for (var j = 0u; j < 4u; j++) {
    if (n + j >= params.N) { return; }
    let i = m * params.N + n + j;
    var d = params.alpha * sum[j];
    if (HAS_BIAS) { d += f32(bias[n + j]); }
    if (PLUS == 1u) { d += f32(C[i]); }
    if (PLUS == 2u) { d += f32(D[i]); }
    D[i] = TD(d);
  }
}

@compute @workgroup_size(8, 8)
fn matmul_nt(@builtin(global_invocation_id) id: vec3u) {
  let m = id.y * 4u;
  let n = id.x * 4u;
  if (m >= params.M || n >= params.N) { return; }
  let k4 = params.K / 4u;
  let a0 = m * k4;
  let a1 = min(m + 1u, params.M - 1u) * k4;
  let a2 = min(m + 2u, params.M - 1u) * k4;
  let a3 = min(m + 3u, params.M - 1u) * k4;
  let b0 = n * k4;
  let b1 = min(n + 1u, params.N - 1u) * k4;
  let b2 = min(n + 2u, params.N - 1u) * k4;
  let b3 = min(n + 3u, params.N - 1u) * k4;
  var d0 = vec4f();
  var d1 = vec4f();
  var d2 = vec4f();
  var d3 = vec4f();
  for (var k = 0u; k < k4; k++) {
    let columns = mat4x4f(vec4f(B[b0 + k]), vec4f(B[b1 + k]), vec4f(B[b2 + k]), vec4f(B[b3 + k]));
    d0 += vec4f(A[a0 + k]) * columns; // a row vector times a matrix: four dot products
    d1 += vec4f(A[a1 + k]) * columns;
    d2 += vec4f(A[a2 + k]) * columns;
    d3 += vec4f(A[a3 + k]) * columns;
  }
  store(m, n, d0);
  store(m + 1u, n, d1);
  store(m + 2u, n, d2);
  store(m + 3u, n, d3);
}

@compute @workgroup_size(8, 8)
fn matmul_nn(@builtin(global_invocation_id) id: vec3u) {
  let m = id.y * 4u;
  let n4 = id.x;
  let width = params.N / 4u;
  if (m >= params.M || n4 >= width) { return; }
  let k4 = params.K / 4u;
  let a0 = m * k4;
  let a1 = min(m + 1u, params.M - 1u) * k4;
  let a2 = min(m + 2u, params.M - 1u) * k4;
  let a3 = min(m + 3u, params.M - 1u) * k4;
  var d0 = vec4f();
  var d1 = vec4f();
  var d2 = vec4f();
  var d3 = vec4f();
  for (var k = 0u; k < k4; k++) {
    let b = k * 4u * width + n4;
    let rows = mat4x4f(vec4f(B[b]), vec4f(B[b + width]), vec4f(B[b + 2u * width]), vec4f(B[b + 3u * width]));
    d0 += rows * vec4f(A[a0 + k]);
    d1 += rows * vec4f(A[a1 + k]);
    d2 += rows * vec4f(A[a2 + k]);
    d3 += rows * vec4f(A[a3 + k]);
  }
  store(m, n4 * 4u, d0);
  store(m + 1u, n4 * 4u, d1);
  store(m + 2u, n4 * 4u, d2);
  store(m + 3u, n4 * 4u, d3);
}

@compute @workgroup_size(8, 8)
fn matmul_tn(@builtin(global_invocation_id) id: vec3u) {
  let m4 = id.y;
  let n4 = id.x;
  let height = params.M / 4u;
  let width = params.N / 4u;
  if (m4 >= height || n4 >= width) { return; }
  var d0 = vec4f();
  var d1 = vec4f();
  var d2 = vec4f();
  var d3 = vec4f();
  for (var k = 0u; k < params.K; k++) {
    let a = vec4f(A[k * height + m4]);
    let b = vec4f(B[k * width + n4]);
    d0 += a.x * b;
    d1 += a.y * b;
    d2 += a.z * b;
    d3 += a.w * b;
  }
  store(m4 * 4u, n4 * 4u, d0);
  store(m4 * 4u + 1u, n4 * 4u, d1);
  store(m4 * 4u + 2u, n4 * 4u, d2);
  store(m4 * 4u + 3u, n4 * 4u, d3);
}
