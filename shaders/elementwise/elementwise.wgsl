// elementwise.wgsl — sums of tensors of one shape.
//
//   add          y = a + b
//   accumulate   y += a            (in place)
//   scale        y = s·a
//
// uses: lib/grid.wgsl

alias TA = f32; // slot: storage type of a
alias TB = f32; // slot: of b
alias TY = f32; // slot: of y. Sums are always f32.

struct Params { size: u32, factor: f32 }

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> a: array<TA>;
@group(0) @binding(2) var<storage, read> b: array<TB>;
@group(0) @binding(3) var<storage, read_write> y: array<TY>;

@compute @workgroup_size(64)
fn add_forward(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let i = grid_index(group, groups, lane, 64u);
  if (i < params.size) { y[i] = TY(f32(a[i]) + f32(b[i])); }
}

@compute @workgroup_size(64)
fn accumulate(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let i = grid_index(group, groups, lane, 64u);
  if (i < params.size) { y[i] = TY(f32(y[i]) + f32(a[i])); }
}

@compute @workgroup_size(64)
fn scale(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let i = grid_index(group, groups, lane, 64u);
  if (i < params.size) { y[i] = TY(params.factor * f32(a[i])); }
}
