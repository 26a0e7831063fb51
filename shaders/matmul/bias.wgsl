// bias.wgsl — the gradient of a bias that was added to every row.
//
//   dbias (+)= Σ_t dy_t
//
// uses: lib/columns.wgsl

alias T = f32; // slot: storage type of dy. Sums are always f32.

struct Params { rows: u32, cols: u32, adds: u32 } // adds: dbias is added to, not set

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> dy: array<T>;            // (T, O)
@group(0) @binding(2) var<storage, read_write> dbias: array<f32>; // (O)

/// One workgroup 16 columns; rows are summed in a fixed order, so the result is reproducible.
@compute @workgroup_size(COLUMNS_WG)
fn bias_backward(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let c = group.x * COLUMNS + lane % COLUMNS;
  var part = 0.0;
  if (c < params.cols) {
    for (var t = lane / COLUMNS; t < params.rows; t += COLUMN_PARTS) { part += f32(dy[t * params.cols + c]); }
  }
  let sum = columns_sum(lane, part);
  if (lane < COLUMNS && c < params.cols) { dbias[c] = select(sum, dbias[c] + sum, params.adds != 0u); }
}
