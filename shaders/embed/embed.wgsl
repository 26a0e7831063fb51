// embed.wgsl — rows of a table by number.
//
//   forward     y[t]     = table[id(t)],   id(t) = min(ids[t], V−1)
//   backward    dtable[v] += Σ_{t: id(t) = v} dy[t]       (summed in the order of t)
//
// `order` lists the row numbers t sorted by ids[t], stably: equal ids stand side by side, so one workgroup owns a row
// of dtable and no two write to the same place.
// uses: lib/grid.wgsl

alias UNIT = f32; // slot: what one invocation moves: f32, or vec4f where C is a multiple of 4
alias TABLE = UNIT; // slot: the same as the table stores it: UNIT, f16 or vec4<f16>
const WG: u32 = 64u;

struct Params { rows: u32, cols: u32, vocab: u32 } // cols: C in UNITs

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> table: array<TABLE>;          // (V, C)
@group(0) @binding(2) var<storage, read> ids: array<u32>;             // (T)
@group(0) @binding(3) var<storage, read> order: array<u32>;           // (T)
@group(0) @binding(4) var<storage, read_write> y: array<UNIT>;         // (T, C)
@group(0) @binding(5) var<storage, read> dy: array<UNIT>;              // (T, C)
@group(0) @binding(6) var<storage, read_write> dtable: array<UNIT>;    // (V, C)

fn id_at(t: u32) -> u32 { return min(ids[t], params.vocab - 1u); }

/// One invocation a UNIT of y.
@compute @workgroup_size(WG)
fn embedding_forward(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let i = grid_index(group, groups, lane, WG);
  if (i >= params.rows * params.cols) { return; }
  let t = i / params.cols;
  y[i] = UNIT(table[id_at(t) * params.cols + i % params.cols]);
}

/// One workgroup a sorted position; the first of a run of equal ids does the run, the others have nothing to do.
@compute @workgroup_size(WG)
fn embedding_backward_table(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let first = grid_group(group, groups);
  if (first >= params.rows) { return; }
  let id = id_at(order[first]);
  if (first > 0u && id_at(order[first - 1u]) == id) { return; }
  var last = first + 1u;
  while (last < params.rows && id_at(order[last]) == id) { last++; }

  for (var c = lane; c < params.cols; c += WG) {
    var sum = UNIT();
    for (var k = first; k < last; k++) { sum += dy[order[k] * params.cols + c]; }
    dtable[id * params.cols + c] += sum;
  }
}
