// optimizer.wgsl — AdamW over one flat buffer.
//
//   ĝ = clip·scale·g
//   m = β₁m + (1 − β₁)ĝ         v = β₂v + (1 − β₂)ĝ²
//   m̂ = m/(1 − β₁ᵗ)             v̂ = v/(1 − β₂ᵗ)
//   p = (1 − lr·λ)p − lr·m̂/(√v̂ + ε)            λ only for the first decayed_count elements
//
// Source: Loshchilov & Hutter 2019, arXiv:1711.05101, alg. 2, as torch.optim.AdamW does it.
// uses: lib/grid.wgsl

const WG: u32 = 256u;
const LEARNING_RATE: u32 = 0u; // places in `control`: the table CONTROL of optimizer.ts
const STEP: u32 = 1u;
const CLIP: u32 = 2u;
const SCALE: u32 = 4u;

struct Params {
  size: u32,
  decayed_count: u32,
  log_beta1: f32, // log β and 1 − β are rounded from float64: 1 − β in float32 would be off by 10⁻⁵ of itself at β = 0.999
  log_beta2: f32,
  one_minus_beta1: f32,
  one_minus_beta2: f32,
  eps: f32,
  weight_decay: f32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read_write> p: array<f32>;        // (N)
@group(0) @binding(2) var<storage, read> g: array<f32>;              // (N)
@group(0) @binding(3) var<storage, read_write> m: array<f32>;        // (N)
@group(0) @binding(4) var<storage, read_write> v: array<f32>;        // (N)
@group(0) @binding(5) var<storage, read> control: array<f32>;        // (8)

/// 1 − exp(x) for x ≤ 0, with a small relative error: near 0 the series of −expm1, 13 terms of it, each within rounding.
fn one_minus_exp(x: f32) -> f32 {
  if (x < -0.5) { return 1.0 - exp(x); }
  var series = 1.0;
  for (var n = 13.0; n > 1.0; n -= 1.0) { series = 1.0 + series * x / n; }
  return -x * series;
}

/// One invocation an element.
@compute @workgroup_size(WG)
fn adamw(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let i = grid_index(group, groups, lane, WG);
  if (i >= params.size) { return; }
  let rate = control[LEARNING_RATE];
  let correction1 = one_minus_exp(control[STEP] * params.log_beta1); // 1 − β₁ᵗ
  let correction2 = one_minus_exp(control[STEP] * params.log_beta2);
  let gradient = control[CLIP] * control[SCALE] * g[i];
  let mean = m[i] + params.one_minus_beta1 * (gradient - m[i]);
  let square = v[i] + params.one_minus_beta2 * (gradient * gradient - v[i]);
  m[i] = mean;
  v[i] = square;
  let decay = select(0.0, params.weight_decay, i < params.decayed_count);
  p[i] = p[i] - rate * decay * p[i] - rate * (mean / correction1) / (sqrt(square / correction2) + params.eps);
}
