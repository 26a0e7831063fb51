// read.wgsl — reads every number once and writes next to nothing: as fast as this adapter reads, what a search is measured against.

struct Params { fours: u32, groups: u32 } // groups divides fours

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> a: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> y: array<f32>; // (groups·64): so that nothing may be left out

/// Each workgroup reads a stretch of its own from end to end: with strides across all of them, a page would be visited by each.
@compute @workgroup_size(64)
fn read_all(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  var sum = vec4f();
  let stretch = params.fours / params.groups;
  let first = group.x * stretch;
  for (var i = first + lane; i < first + stretch; i += 64u) { sum += a[i]; }
  y[group.x * 64u + lane] = sum.x + sum.y + sum.z + sum.w;
}
