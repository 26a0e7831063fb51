// gemv.wgsl — one row times a transposed matrix: d[n] = α · Σ_k a[k]·B[n,k] + c[n] + bias[n], B stored (N, K), K % 4 == 0.
//
// A workgroup takes ROWS rows of B; LANES invocations share a row and read it side by side, so that loads coalesce.
// The yardstick is matmul.wgsl.

alias TA = f32; // slot: storage type of A
alias TB = f32; // slot: of B
alias TC = f32; // slot: of C
alias TBIAS = f32; // slot: of the bias
alias TD = f32; // slot: of D. Sums are always f32.
const PLUS: u32 = 0u;   // slot: 0 adds nothing, 1 adds C, 2 adds what D holds
const HAS_BIAS: bool = false; // slot: the bias is added to every row
const LANES: u32 = 8u;  // slot: invocations a row, a power of two; 1 needs no partial sums
const WG: u32 = 64u;
const ROWS: u32 = WG / LANES;

struct Params { N: u32, K: u32, alpha: f32 }

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> A: array<vec4<TA>>; // (K)
@group(0) @binding(2) var<storage, read> B: array<vec4<TB>>; // (N, K)
@group(0) @binding(3) var<storage, read> C: array<TC>;    // (N) when PLUS is 1, else not read
@group(0) @binding(4) var<storage, read_write> D: array<TD>;
@group(0) @binding(5) var<storage, read> bias: array<TBIAS>; // (N) when HAS_BIAS, else not read

var<workgroup> partial: array<f32, WG>;

fn store(n: u32, sum: f32) {
  var d = params.alpha * sum;
  if (HAS_BIAS) { d += f32(bias[n]); }
  if (PLUS == 1u) { d += f32(C[n]); }
  if (PLUS == 2u) { d += f32(D[n]); }
  D[n] = TD(d);
}

/// Σ over every LANES-th vec4 of row n, from `first`.
fn dot_row(n: u32, first: u32) -> f32 {
  let k4 = params.K / 4u;
  var sum = vec4f();
  for (var k = first; k < k4; k += LANES) { sum += vec4f(A[k]) * vec4f(B[n * k4 + k]); }
  return (sum.x + sum.y) + (sum.z + sum.w);
}

@compute @workgroup_size(WG)
fn gemv(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let n = group.x * ROWS + lane / LANES;
  partial[lane] = dot_row(min(n, params.N - 1u), lane % LANES);
  workgroupBarrier(); // every partial sum is written before any is read
  if (lane % LANES != 0u || n >= params.N) { return; }
  var sum = 0.0;
  for (var i = 0u; i < LANES; i++) { sum += partial[lane + i]; }
  store(n, sum);
}

/// One invocation a row: no barrier, for adapters on which a barrier costs more than an uncoalesced load.
@compute @workgroup_size(WG)
fn gemv_serial(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= params.N) { return; }
  let k4 = params.K / 4u;
  var sum = vec4f();
  for (var k = 0u; k < k4; k++) { sum += vec4f(A[k]) * vec4f(B[id.x * k4 + k]); }
  store(id.x, (sum.x + sum.y) + (sum.z + sum.w));
}
