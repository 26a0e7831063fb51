// grid.wgsl — one long axis folded into two, as no axis may pass 65,535 workgroups (`gridOf` in worker/engine/graph.ts).

/// The linear index of an invocation; `size` is the workgroup's.
fn grid_index(group: vec3u, groups: vec3u, lane: u32, size: u32) -> u32 {
  return (group.y * groups.x + group.x) * size + lane;
}
/// The linear index of a workgroup.
fn grid_group(group: vec3u, groups: vec3u) -> u32 {
  return group.y * groups.x + group.x;
}
