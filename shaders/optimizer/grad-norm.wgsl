// grad-norm.wgsl — the norm of a gradient, and the factor that clips it.
//
//   norm = √Σ(scale·g)²          clip = min(1, max_norm/(norm + 10⁻⁶)), or 1 when max_norm is 0
//
// Source: Pascanu et al. 2013, arXiv:1211.5063, alg. 1, as torch.nn.utils.clip_grad_norm_ does it.

const WG: u32 = 256u;
const CLIP: u32 = 2u; // places in `control`: the table CONTROL of optimizer.ts
const NORM: u32 = 3u;
const SCALE: u32 = 4u;

struct Params { size: u32, part_count: u32, max_norm: f32 }

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> g: array<f32>;              // (N)
@group(0) @binding(2) var<storage, read> control: array<f32>;        // (8)
@group(0) @binding(3) var<storage, read_write> clip: array<f32>;     // (8): `control`, where it is written
@group(0) @binding(4) var<storage, read_write> parts: array<f32>;    // (G): Σ(scale·g)² of each workgroup

var<workgroup> partial: array<f32, WG>;

/// Σ of every lane's value, in a fixed tree order. Call from uniform control flow.
fn sum_of(lane: u32, value: f32) -> f32 {
  partial[lane] = value;
  for (var stride = WG / 2u; stride > 0u; stride /= 2u) {
    workgroupBarrier(); // what the last round (or the store above) wrote is seen by this one
    if (lane < stride) { partial[lane] += partial[lane + stride]; }
  }
  workgroupBarrier(); // the total is written before all read it
  return partial[0];
}

/// Stage 1: each workgroup sums every part_count-th block of the squares.
@compute @workgroup_size(WG)
fn grad_norm_parts(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  var sum = 0.0;
  for (var i = group.x * WG + lane; i < params.size; i += params.part_count * WG) {
    let scaled = control[SCALE] * g[i];
    sum += scaled * scaled;
  }
  let total = sum_of(lane, sum);
  if (lane == 0u) { parts[group.x] = total; }
}

/// Stage 2: one workgroup sums the parts.
@compute @workgroup_size(WG)
fn grad_norm_clip(@builtin(local_invocation_index) lane: u32) {
  var sum = 0.0;
  for (var i = lane; i < params.part_count; i += WG) { sum += parts[i]; }
  let norm = sqrt(sum_of(lane, sum));
  if (lane > 0u) { return; }
  clip[NORM] = norm;
  clip[CLIP] = 1.0;
  if (params.max_norm > 0.0) { clip[CLIP] = min(1.0, params.max_norm / (norm + 1e-6)); }
}
