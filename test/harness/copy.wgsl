// copy.wgsl — y = a: as fast as this adapter moves bytes, the ceiling that benches are measured against.
// uses: lib/grid.wgsl

struct Params { size: u32 }

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> a: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> y: array<vec4f>;

@compute @workgroup_size(256)
fn copy(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let i = grid_index(group, groups, lane, 256u);
  if (i < params.size) { y[i] = a[i]; }
}
