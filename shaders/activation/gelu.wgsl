// gelu.wgsl — the Gaussian error linear unit, exact and in its tanh form.
//
//   gelu        y = x·Φ(x),  Φ the normal distribution         dx = dy·(Φ(x) + x·φ(x)),  φ(x) = e^(−x²/2)/√(2π)
//   gelu_tanh   y = x·σ(2u), u = √(2/π)·(x + 0.044715·x³)      dx = dy·(σ + x·σ·(1 − σ)·2u')
//               (½·(1 + tanh u) = σ(2u); a sigmoid of −|2u| cannot overflow, tanh can)
//
// Source: Hendrycks & Gimpel 2016, arXiv:1606.08415, §2. Φ by Abramowitz & Stegun 7.1.26: |error of erf| ≤ 1.5e-7.
// uses: lib/grid.wgsl

alias T = f32; // slot: storage type of x, y, dy, dx. The arithmetic is always f32.

struct Params { size: u32 }

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<T>;
@group(0) @binding(2) var<storage, read_write> y: array<T>;
@group(0) @binding(3) var<storage, read> dy: array<T>;
@group(0) @binding(4) var<storage, read_write> dx: array<T>;

const SQRT_HALF = 0.7071067811865476;
const SQRT_2_OVER_PI = 0.7978845608028654;
const ONE_OVER_SQRT_2PI = 0.3989422804014327;
const CUBIC = 0.044715;

/// Φ(v). The upper tail is approximated and the rest mirrored, so a large negative v loses nothing to 1 − 1.
fn normal_cdf(v: f32) -> f32 {
  let t = 1.0 / (1.0 + 0.3275911 * SQRT_HALF * abs(v));
  let poly = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
  let tail = 0.5 * poly * exp(-0.5 * v * v);
  return select(tail, 1.0 - tail, v >= 0.0);
}

/// Of −|v| the exponential stays in (0, 1], so no v overflows.
fn sigmoid(v: f32) -> f32 {
  let e = exp(-abs(v));
  return select(e, 1.0, v >= 0.0) / (1.0 + e);
}

fn tanh_argument(v: f32) -> f32 { return SQRT_2_OVER_PI * (v + CUBIC * v * v * v); }

@compute @workgroup_size(64)
fn gelu_forward(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let i = grid_index(group, groups, lane, 64u);
  if (i < params.size) { y[i] = T(f32(x[i]) * normal_cdf(f32(x[i]))); }
}

@compute @workgroup_size(64)
fn gelu_backward(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let i = grid_index(group, groups, lane, 64u);
  if (i >= params.size) { return; }
  let v = f32(x[i]);
  dx[i] = T(f32(dy[i]) * (normal_cdf(v) + v * ONE_OVER_SQRT_2PI * exp(-0.5 * v * v)));
}

@compute @workgroup_size(64)
fn gelu_tanh_forward(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let i = grid_index(group, groups, lane, 64u);
  if (i < params.size) { y[i] = T(f32(x[i]) * sigmoid(2.0 * tanh_argument(f32(x[i])))); }
}

@compute @workgroup_size(64)
fn gelu_tanh_backward(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let i = grid_index(group, groups, lane, 64u);
  if (i >= params.size) { return; }
  let v = f32(x[i]);
  let s = sigmoid(2.0 * tanh_argument(v));
  let slope = SQRT_2_OVER_PI * (1.0 + 3.0 * CUBIC * v * v); // u'
  dx[i] = T(f32(dy[i]) * (s + v * s * (1.0 - s) * 2.0 * slope));
}
