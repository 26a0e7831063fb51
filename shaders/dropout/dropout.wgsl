// dropout.wgsl — zeroes some elements and scales the others, so that the expectation stays.
//
//   y = x·keep/(1 − rate)          keep = [hash(i, seed, stream) ≥ rate·2³²]
//
// The hash takes the place of a stored mask: the backward pass, and a second forward pass, find the same elements. Backward is
// forward applied to dy. Source: Srivastava et al. 2014, JMLR 15; hash: Jarzynski & Olano 2020, JCGT 9(3), pcg3d.
// uses: lib/grid.wgsl

struct Params { size: u32, threshold: u32, factor: f32, stream: u32 } // rate·2³², 1/(1 − rate), which of a step's masks

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<f32>;          // (N)
@group(0) @binding(2) var<storage, read> seed: array<u32>;       // (1)
@group(0) @binding(3) var<storage, read_write> y: array<f32>;    // (N)

fn pcg3d(start: vec3u) -> vec3u {
  var v = start * 1664525u + 1013904223u;
  v.x += v.y * v.z; v.y += v.z * v.x; v.z += v.x * v.y;
  v ^= v >> vec3u(16u);
  v.x += v.y * v.z; v.y += v.z * v.x; v.z += v.x * v.y;
  return v;
}

@compute @workgroup_size(64)
fn dropout(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let i = grid_index(group, groups, lane, 64u);
  if (i >= params.size) { return; }
  let is_kept = pcg3d(vec3u(i, seed[0], params.stream)).x >= params.threshold;
  y[i] = select(0.0, x[i] * params.factor, is_kept);
}
