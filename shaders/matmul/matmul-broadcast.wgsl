// matmul-broadcast.wgsl — D = α·A B + C + bias where loads are dear: 8 × 4 elements an invocation, A shared by a subgroup.
//
// A CPU that plays GPU loads for one invocation after the other: a load of a vec4 takes as long as many products. Here each of
// eight neighbours loads other numbers of A and hands them to the rest: five loads for 128 products, where matmul-tiled.wgsl has
// sixteen. Needs subgroups of 8 or more. Layouts as there:
//                     nt   A (M, K), B (N, K)     K % 4 == 0, N % 4 == 0         y = x Wᵀ
//                     nn   A (M, K), B (K, N)     K % 4 == 0, N % 4 == 0         dx = dy W
//                     tn   A (K, M), B (K, N)     M % 4 == 0, N % 4 == 0         dW = dyᵀ x
// Rows and columns past the edge read the last one and are not written. Sixteen rows would be a sixth faster, but take Mesa's
// compiler 5 s a kernel instead of 2.
// The yardstick is matmul.wgsl.

enable subgroups;

const PLUS: u32 = 0u; // slot: 0 adds nothing, 1 adds C, 2 adds what D holds
const HAS_BIAS: bool = false; // slot: the bias is added to every row

alias TA = f32; // slot: storage type of A
alias TB = f32; // slot: of B
alias TC = f32; // slot: of C
alias TBIAS = f32; // slot: of the bias
alias TD = f32; // slot: of D. Sums are always f32.

const LANES: u32 = 8u; // invocations a workgroup, all in one subgroup
const ROWS: u32 = 8u; // of D, a workgroup; each invocation has four columns of them

struct Params { M: u32, N: u32, K: u32, alpha: f32 }

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> A: array<vec4<TA>>;
@group(0) @binding(2) var<storage, read> B: array<vec4<TB>>;
@group(0) @binding(3) var<storage, read> C: array<vec4<TC>>; // (M, N) when PLUS is 1, else not read
@group(0) @binding(4) var<storage, read_write> D: array<vec4<TD>>;
@group(0) @binding(5) var<storage, read> bias: array<vec4<TBIAS>>; // (N) when HAS_BIAS, else not read

alias Sums = array<vec4f, ROWS>;

/// Writes rows m to m+7, and of them columns 4·n4 to 4·n4 + 3.
fn store(m: u32, n4: u32, of_rows: Sums) {
  let width = params.N / 4u;
  if (n4 >= width) { return; }
  var sums = of_rows;
  let rows = min(ROWS, params.M - m); // no constant, so that the loop stays one: unrolled, it is what takes compiling longest
  for (var r = 0u; r < rows; r++) {
    let i = (m + r) * width + n4;
    var d = params.alpha * sums[r];
    if (HAS_BIAS) { d += vec4f(bias[n4]); }
    if (PLUS == 1u) { d += vec4f(C[i]); }
    if (PLUS == 2u) { d += vec4f(D[i]); }
    D[i] = vec4<TD>(d);
  }
}

/// Four steps of k: lane r brings row r's four numbers of A, b has a column for each k.
fn add_rows(sums: ptr<function, Sums>, a: vec4f, b: mat4x4f) {
  (*sums)[0] += b * subgroupBroadcast(a, 0u);
  (*sums)[1] += b * subgroupBroadcast(a, 1u);
  (*sums)[2] += b * subgroupBroadcast(a, 2u);
  (*sums)[3] += b * subgroupBroadcast(a, 3u);
  (*sums)[4] += b * subgroupBroadcast(a, 4u);
  (*sums)[5] += b * subgroupBroadcast(a, 5u);
  (*sums)[6] += b * subgroupBroadcast(a, 6u);
  (*sums)[7] += b * subgroupBroadcast(a, 7u);
}

@compute @workgroup_size(LANES)
fn matmul_nt_broadcast(@builtin(workgroup_id) group: vec3u, @builtin(subgroup_invocation_id) lane: u32) {
  let m = group.y * ROWS;
  let n4 = group.x * LANES + lane;
  let k4 = params.K / 4u;
  let row = min(m + lane, params.M - 1u) * k4;
  let column = min(n4, params.N / 4u - 1u) * 4u * k4; // where the first of four rows of B begins
  var sums: Sums;
  for (var k = 0u; k < k4; k++) {
    let i = column + k;
    let b = mat4x4f(vec4f(B[i]), vec4f(B[i + k4]), vec4f(B[i + 2u * k4]), vec4f(B[i + 3u * k4]));
    add_rows(&sums, vec4f(A[row + k]), transpose(b));
  }
  store(m, n4, sums);
}

@compute @workgroup_size(LANES)
fn matmul_nn_broadcast(@builtin(workgroup_id) group: vec3u, @builtin(subgroup_invocation_id) lane: u32) {
  let m = group.y * ROWS;
  let n4 = group.x * LANES + lane;
  let k4 = params.K / 4u;
  let width = params.N / 4u;
  let row = min(m + lane, params.M - 1u) * k4;
  let column = min(n4, width - 1u);
  var sums: Sums;
  for (var k = 0u; k < k4; k++) {
    let i = k * 4u * width + column;
    let b = mat4x4f(vec4f(B[i]), vec4f(B[i + width]), vec4f(B[i + 2u * width]), vec4f(B[i + 3u * width]));
    add_rows(&sums, vec4f(A[row + k]), b);
  }
  store(m, n4, sums);
}

/// One step of k: four numbers of rows 0 to 3, four of rows 4 to 7.
fn add_outer(sums: ptr<function, Sums>, upper: vec4f, lower: vec4f, b: vec4f) {
  (*sums)[0] += upper.x * b;
  (*sums)[1] += upper.y * b;
  (*sums)[2] += upper.z * b;
  (*sums)[3] += upper.w * b;
  (*sums)[4] += lower.x * b;
  (*sums)[5] += lower.y * b;
  (*sums)[6] += lower.z * b;
  (*sums)[7] += lower.w * b;
}

/// Columns of B's row k, zero past its last.
fn row_of_B(k: u32, column: u32) -> vec4f {
  let b = vec4f(B[min(k, params.K - 1u) * (params.N / 4u) + column]);
  return select(vec4f(), b, k < params.K);
}

@compute @workgroup_size(LANES)
fn matmul_tn_broadcast(@builtin(workgroup_id) group: vec3u, @builtin(subgroup_invocation_id) lane: u32) {
  let m = group.y * ROWS;
  let n4 = group.x * LANES + lane;
  let height = params.M / 4u;
  let row = min(m / 4u + lane % 2u, height - 1u); // two lanes bring a step of k
  let column = min(n4, params.N / 4u - 1u);
  var sums: Sums;
  for (var k = 0u; k < params.K; k += 4u) {
    let a = vec4f(A[min(k + lane / 2u, params.K - 1u) * height + row]);
    add_outer(&sums, subgroupBroadcast(a, 0u), subgroupBroadcast(a, 1u), row_of_B(k, column));
    add_outer(&sums, subgroupBroadcast(a, 2u), subgroupBroadcast(a, 3u), row_of_B(k + 1u, column));
    add_outer(&sums, subgroupBroadcast(a, 4u), subgroupBroadcast(a, 5u), row_of_B(k + 2u, column));
    add_outer(&sums, subgroupBroadcast(a, 6u), subgroupBroadcast(a, 7u), row_of_B(k + 3u, column));
  }
  store(m, n4, sums);
}
