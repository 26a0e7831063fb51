// columns.wgsl — sums down the columns of a matrix, in a fixed order: a workgroup takes 16 columns, and 16 interleaved parts of the
// rows of each.

const COLUMNS: u32 = 16u;
const COLUMN_PARTS: u32 = 16u;
const COLUMNS_WG: u32 = 256u; // COLUMNS·COLUMN_PARTS; lane = part·COLUMNS + column

var<workgroup> column_scratch: array<f32, COLUMNS_WG>;

/// Σ over the parts of a column, in their order; valid in the lanes of part 0. Call once, from uniform control flow.
fn columns_sum(lane: u32, v: f32) -> f32 {
  column_scratch[lane] = v;
  workgroupBarrier(); // every part is written before part 0 reads them
  var sum = 0.0;
  for (var part = 0u; part < COLUMN_PARTS; part++) { sum += column_scratch[part * COLUMNS + lane % COLUMNS]; }
  return sum;
}
