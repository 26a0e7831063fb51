// fused.wgsl — a few rows times a transposed matrix, with what stands before and after it in a decoder.
//
//   x̂       = NORM ? norm ⊙ x/√(mean(x²) + ε) : x
//   d[n]    = α·Σ_k x̂[k]·W[n, k] + bias[n]
//   y[n]    = GATED ? silu(d[n])·d[N + n] : d[n] + plus
//
// 1/√(mean(x²) + ε) is one number a row: it is taken out of the sum, and every team finds Σ x² beside its products.
// A team of LANES invocations takes 4 rows of W (gated: 2 of the gate, 2 of the up); each takes every LANES-th block of 32.
// uses: one of lib/weights-float.wgsl, lib/weights-q8.wgsl, lib/weights-q4.wgsl

alias TX = f32; // slot: storage type of x
alias TN = f32; // slot: of norm
alias TP = f32; // slot: of plus
alias TBIAS = f32; // slot: of the bias
alias TY = f32; // slot: of y. Sums are always f32.
const T: u32 = 1u;         // slot: rows of x
const NORM: bool = false;  // slot
const GATED: bool = false; // slot
const PLUS: u32 = 0u;      // slot: 0 adds nothing, 1 adds plus, 2 adds what y holds
const HAS_BIAS: bool = false; // slot
const LANES: u32 = 8u;     // slot: invocations a team, a divisor of WG
const WG: u32 = 64u;
const OUTPUTS: u32 = select(4u, 2u, GATED); // of a team, in each row of y

struct Params { N: u32, blocks: u32, alpha: f32, eps: f32 } // columns of y; blocks of 32 in a row of W

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(4) var<storage, read> x: array<vec4<TX>>;      // (T, I)
@group(0) @binding(5) var<storage, read> norm: array<vec4<TN>>;   // (I)
@group(0) @binding(6) var<storage, read> plus: array<TP>;         // (T, N)
@group(0) @binding(7) var<storage, read_write> y: array<TY>;      // (T, N)
@group(0) @binding(8) var<storage, read> bias: array<TBIAS>;      // (O)

/// Of one row of x: its products with the 4 rows of W, and Σ x².
struct Sums { dots: vec4f, squares: f32 }

fn ones_dot(v: vec4f) -> f32 { return (v.x + v.y) + (v.z + v.w); }
fn dot_block(w: Block, x: Block) -> f32 {
  let low = (w.a[0] * x.a[0] + w.a[1] * x.a[1]) + (w.a[2] * x.a[2] + w.a[3] * x.a[3]);
  let high = (w.b[0] * x.b[0] + w.b[1] * x.b[1]) + (w.b[2] * x.b[2] + w.b[3] * x.b[3]);
  return w.scale * ones_dot(low + high);
}
fn x_block(at: u32) -> Block {
  return Block(
    mat4x4f(vec4f(x[at]), vec4f(x[at + 1u]), vec4f(x[at + 2u]), vec4f(x[at + 3u])),
    mat4x4f(vec4f(x[at + 4u]), vec4f(x[at + 5u]), vec4f(x[at + 6u]), vec4f(x[at + 7u])),
    1.0,
  );
}
fn normed(x: Block, at: u32) -> Block {
  return Block(
    mat4x4f(x.a[0] * vec4f(norm[at]), x.a[1] * vec4f(norm[at + 1u]), x.a[2] * vec4f(norm[at + 2u]), x.a[3] * vec4f(norm[at + 3u])),
    mat4x4f(x.b[0] * vec4f(norm[at + 4u]), x.b[1] * vec4f(norm[at + 5u]), x.b[2] * vec4f(norm[at + 6u]), x.b[3] * vec4f(norm[at + 7u])),
    1.0,
  );
}

/// A team's rows of W; past the end the last one is read again, and not written.
fn rows_from(n: u32) -> vec4u {
  let last = params.N - 1u;
  if (GATED) {
    let two = min(vec2u(n, n + 1u), vec2u(last));
    return vec4u(two, params.N + two);
  }
  return min(vec4u(n, n + 1u, n + 2u, n + 3u), vec4u(last));
}

/// Sums of every row of x over every LANES-th block, from `first`. Blocks of W are read and unpacked once for all rows.
fn sums_of(rows: vec4u, first: u32) -> array<Sums, T> {
  let w = params.blocks * rows;
  var sums: array<Sums, T>;
  for (var k = first; k < params.blocks; k += LANES) {
    let w0 = block_at(w.x + k);
    let w1 = block_at(w.y + k);
    let w2 = block_at(w.z + k);
    let w3 = block_at(w.w + k);
    for (var t = 0u; t < T; t++) {
      var own = x_block((t * params.blocks + k) * 8u);
      if (NORM) {
        sums[t].squares += dot_block(own, own);
        own = normed(own, k * 8u);
      }
      sums[t].dots += vec4f(dot_block(w0, own), dot_block(w1, own), dot_block(w2, own), dot_block(w3, own));
    }
  }
  return sums;
}

/// Writes the columns of y that a team found, from n on.
fn store(t: u32, n: u32, sums: Sums) {
  var factor = params.alpha;
  if (NORM) { factor *= inverseSqrt(sums.squares / f32(params.blocks * 32u) + params.eps); }
  var d = factor * sums.dots;
  if (HAS_BIAS) {
    let rows = rows_from(min(n, params.N - 1u));
    d += vec4f(f32(bias[rows.x]), f32(bias[rows.y]), f32(bias[rows.z]), f32(bias[rows.w]));
  }
  if (GATED) { d = vec4f(d.xy / (1.0 + exp(-d.xy)) * d.zw, 0.0, 0.0); }
  for (var j = 0u; j < OUTPUTS; j++) {
    if (n + j >= params.N) { return; }
    let i = t * params.N + n + j;
    var value = d[j];
    if (PLUS == 1u) { value += f32(plus[i]); }
    if (PLUS == 2u) { value += f32(y[i]); }
    y[i] = TY(value);
  }
}

var<workgroup> dots: array<vec4f, T * WG>;
var<workgroup> squares: array<f32, T * WG>;

@compute @workgroup_size(WG)
fn fused(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let n = (group.x * (WG / LANES) + lane / LANES) * OUTPUTS;
  let rows = rows_from(min(n, params.N - 1u));
  let own = sums_of(rows, lane % LANES);
  for (var t = 0u; t < T; t++) {
    dots[t * WG + lane] = own[t].dots;
    squares[t * WG + lane] = own[t].squares;
  }
  workgroupBarrier(); // every partial sum is written before any is read
  for (var t = lane % LANES; t < T; t += LANES) {
    let first = t * WG + lane - lane % LANES;
    var sums = Sums(vec4f(), 0.0);
    for (var i = first; i < first + LANES; i++) {
      sums.dots += dots[i];
      sums.squares += squares[i];
    }
    store(t, n, sums);
  }
}

/// One invocation a team, LANES being 1: no barrier, for adapters on which a barrier costs more than an uncoalesced load.
@compute @workgroup_size(WG)
fn fused_serial(@builtin(global_invocation_id) id: vec3u) {
  let n = id.x * OUTPUTS;
  if (n >= params.N) { return; }
  let rows = rows_from(n);
  let sums = sums_of(rows, 0u);
  for (var t = 0u; t < T; t++) { store(t, n, sums[t]); }
}
