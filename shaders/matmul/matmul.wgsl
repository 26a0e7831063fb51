// matmul.wgsl — D = α·A B + C + bias, with A and B each read as stored or transposed.
//
//   D[m,n] = α · Σ_k A[m,k]·B[k,n] + C[m,n] + bias[n]
//
// The plain kernel: one invocation an element. It is the yardstick for every faster variant.
// uses: lib/grid.wgsl

const TRANSPOSE_A: bool = false; // slot: A is stored (K, M)
const TRANSPOSE_B: bool = false; // slot: B is stored (N, K)
const PLUS: u32 = 0u;            // slot: 0 adds nothing, 1 adds C, 2 adds what D holds
const HAS_BIAS: bool = false; // slot: the bias is added to every row

alias TA = f32; // slot: storage type of A
alias TB = f32; // slot: of B
alias TC = f32; // slot: of C
alias TBIAS = f32; // slot: of the bias
alias TD = f32; // slot: of D. Sums are always f32.

struct Params { M: u32, N: u32, K: u32, alpha: f32 }

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> A: array<TA>;
@group(0) @binding(2) var<storage, read> B: array<TB>;
@group(0) @binding(3) var<storage, read> C: array<TC>; // (M, N) when PLUS is 1, else not read
@group(0) @binding(4) var<storage, read_write> D: array<TD>;
@group(0) @binding(5) var<storage, read> bias: array<TBIAS>; // (N) when HAS_BIAS, else not read

@compute @workgroup_size(64)
fn matmul(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let i = grid_index(group, groups, lane, 64u);
  if (i >= params.M * params.N) { return; }
  let m = i / params.N;
  let n = i % params.N;
  var sum = 0.0;
  for (var k = 0u; k < params.K; k++) {
    let a = f32(A[select(m * params.K + k, k * params.M + m, TRANSPOSE_A)]);
    let b = f32(B[select(k * params.N + n, n * params.K + k, TRANSPOSE_B)]);
    sum += a * b;
  }
  var d = params.alpha * sum;
  if (HAS_BIAS) { d += f32(bias[n]); }
  if (PLUS == 1u) { d += f32(C[i]); }
  if (PLUS == 2u) { d += f32(D[i]); }
  D[i] = TD(d);
}
