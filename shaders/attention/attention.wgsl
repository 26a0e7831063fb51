// attention.wgsl — scaled dot-product attention over ranges of keys, softmax online: no T×T matrix anywhere.
//
//   a row t sees keys j in [ranges[t].x, ranges[t].y), of those the last `window`; q head h reads kv head k = ⌊h·K/H⌋
//   forward     s_j = (q·k_j)/√D      m = max_j s_j      l = Σ_j exp(s_j − m)
//               y   = Σ_j exp(s_j − m)·v_j / l           lse = m + ln l          (no keys: y = 0)
//
// `attention_forward` suits many rows: one invocation a (row, head), all of a workgroup's lanes read the same key at a
// time. For a few rows (decoding), 64 lanes share the keys of a (row, head) out, and what they found is merged: through a tensor
// by a second dispatch (`_split`, `_merge`), or through workgroup memory (`_group`: one dispatch, but emulated GPUs run whatever
// stands beside a barrier many times slower).
//
// Source: Dao et al. 2022, arXiv:2205.14135 (online softmax); Milakov & Gimelshein 2018, arXiv:1805.02867, alg. 3; split keys: Dao et al. 2023,
// "Flash-Decoding for long-context inference".
// uses: lib/grid.wgsl

alias V = vec4f; // slot: vec4f, or vec2f where D is no multiple of 4
alias ROW = V; // slot: the same as q and y store it: V, vec4<f16> or vec2<f16>. The arithmetic is always f32.
alias KV = V; // slot: as k and v store it
const D: u32 = 16u; // slot: head size in units of V
const LANES: u32 = 64u;
const CHUNK: u32 = 8u; // slot: columns of V merged at a time, at most D and 8 (8 KiB of workgroup memory); divides D
const LOWEST = -3.0e38; // below every score

// Strides and offsets count units of V: the same kernel reads packed qkv rows and separate caches.
struct Params { rows: u32, q_heads: u32, kv_heads: u32, q_stride: u32, kv_stride: u32, k_offset: u32, v_offset: u32, key_rows: u32, columns: u32, window: u32, scale: f32 } // columns = D

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> q: array<ROW>;            // (T, q_stride), head h at h·D
@group(0) @binding(2) var<storage, read> k: array<KV>;             // (S, kv_stride), kv head at k_offset + head·D
@group(0) @binding(3) var<storage, read> v: array<KV>;             // (S, kv_stride), kv head at v_offset + head·D
@group(0) @binding(4) var<storage, read> ranges: array<vec2u>;     // (T)
@group(0) @binding(5) var<storage, read_write> y: array<ROW>;      // (T, H·D)
@group(0) @binding(6) var<storage, read_write> lse: array<f32>;    // (T, H)   saved for backward
@group(0) @binding(7) var<storage, read_write> part_sums: array<V>;      // (T, H, LANES, D)   Σ exp(s − m)·v of each lane
@group(0) @binding(8) var<storage, read_write> part_stats: array<vec2f>; // (T, H, LANES)      m and l of each lane

/// Where loops over a head end. Above 64 numbers they end at a value that compilers don't know: unrolled, they take Mesa's
/// compiler minutes.
fn columns() -> u32 {
  if (D * 4u <= 64u) { return D; }
  return params.columns;
}

/// The first key that row t sees.
fn first_key(t: u32) -> u32 { return max(ranges[t].x, ranges[t].y - min(ranges[t].y, params.window)); }

/// q/√D, and m, l and Σ exp(s − m)·v of the keys seen so far.
struct Seen { query: array<V, D>, sum_v: array<V, D>, highest: f32, total: f32 }

fn begin(state: ptr<function, Seen>, t: u32, head: u32) {
  for (var c = 0u; c < columns(); c++) {
    (*state).query[c] = params.scale * V(q[t * params.q_stride + head * D + c]);
    (*state).sum_v[c] = V(0.0);
  }
  (*state).highest = LOWEST;
  (*state).total = 0.0;
}

/// One more key.
fn see(state: ptr<function, Seen>, j: u32, head: u32) {
  let at = j * params.kv_stride + head * params.kv_heads / params.q_heads * D;
  var products = V(0.0);
  for (var c = 0u; c < columns(); c++) { products += (*state).query[c] * V(k[at + params.k_offset + c]); }
  let score = dot(products, V(1.0));
  if (score > (*state).highest) { // rare after the first keys: cheaper than a rescaling at each
    let shrink = exp((*state).highest - score);
    for (var c = 0u; c < columns(); c++) { (*state).sum_v[c] *= shrink; }
    (*state).total *= shrink;
    (*state).highest = score;
  }
  let weight = exp(score - (*state).highest);
  (*state).total += weight;
  for (var c = 0u; c < columns(); c++) { (*state).sum_v[c] += weight * V(v[at + params.v_offset + c]); }
}

/// One invocation a (row, head); a workgroup is 64 rows of one head.
@compute @workgroup_size(LANES)
fn attention_forward(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let t = group.x * LANES + lane;
  let head = group.y;
  if (t >= params.rows) { return; }

  var seen: Seen;
  begin(&seen, t, head);
  let last = min(ranges[t].y, params.key_rows);
  for (var j = first_key(t); j < last; j++) { see(&seen, j, head); }

  let is_empty = seen.total == 0.0;
  let share = select(1.0 / seen.total, 0.0, is_empty);
  for (var c = 0u; c < columns(); c++) { y[(t * params.q_heads + head) * D + c] = ROW(share * seen.sum_v[c]); }
  lse[t * params.q_heads + head] = select(seen.highest + log(seen.total), 0.0, is_empty);
}

/// One workgroup a (row, head): lane i sees keys first + i, first + i + 64, …
@compute @workgroup_size(LANES)
fn attention_forward_split(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  var seen: Seen;
  begin(&seen, group.x, group.y);
  let last = min(ranges[group.x].y, params.key_rows);
  for (var j = first_key(group.x) + lane; j < last; j += LANES) { see(&seen, j, group.y); }

  let part = (group.x * params.q_heads + group.y) * LANES + lane;
  part_stats[part] = vec2f(seen.highest, seen.total);
  if (seen.total == 0.0) { return; } // it saw no key: nobody reads its sums
  for (var c = 0u; c < columns(); c++) { part_sums[part * D + c] = seen.sum_v[c]; }
}

/// One invocation a column of a (row, head): merges what the lanes of `_split` found, in their order.
@compute @workgroup_size(LANES)
fn attention_forward_merge(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let i = grid_index(group, groups, lane, LANES);
  if (i >= params.rows * params.q_heads * D) { return; }
  let first = i / D * LANES;
  var top = LOWEST;
  for (var part = first; part < first + LANES; part++) { top = max(top, part_stats[part].x); }
  var total = 0.0;
  var sum_v = V(0.0);
  for (var part = first; part < first + LANES; part++) {
    let stats = part_stats[part];
    if (stats.y == 0.0) { continue; }
    let shrink = exp(stats.x - top);
    total += shrink * stats.y;
    sum_v += shrink * part_sums[part * D + i % D];
  }
  let is_empty = total == 0.0;
  y[i] = ROW(select(1.0 / total, 0.0, is_empty) * sum_v);
  if (i % D == 0u) { lse[i / D] = select(top + log(total), 0.0, is_empty); }
}

var<workgroup> lane_highest: array<f32, LANES>;
var<workgroup> lane_total: array<f32, LANES>;
var<workgroup> lane_sums: array<V, LANES * CHUNK>;

/// One workgroup a (row, head), its lanes as in `_split`; their sums are merged in lane order, CHUNK columns at a time.
@compute @workgroup_size(LANES)
fn attention_forward_group(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let t = group.x;
  let head = group.y;

  var seen: Seen;
  begin(&seen, t, head);
  let last = min(ranges[t].y, params.key_rows);
  for (var j = first_key(t) + lane; j < last; j += LANES) { see(&seen, j, head); }

  lane_highest[lane] = seen.highest;
  lane_total[lane] = seen.total;
  workgroupBarrier(); // every lane's m and l are written before any lane reads them
  var top = LOWEST;
  for (var i = 0u; i < LANES; i++) { top = max(top, lane_highest[i]); }
  var sum = 0.0;
  for (var i = 0u; i < LANES; i++) { sum += lane_total[i] * exp(lane_highest[i] - top); }
  let is_empty = sum == 0.0;
  let share = select(exp(seen.highest - top) / sum, 0.0, is_empty);
  if (lane == 0u) { lse[t * params.q_heads + head] = select(top + log(sum), 0.0, is_empty); }

  for (var start = 0u; start < D; start += CHUNK) {
    for (var c = 0u; c < CHUNK; c++) { lane_sums[c * LANES + lane] = share * seen.sum_v[start + c]; }
    workgroupBarrier(); // every lane's columns are written before they are summed
    if (lane < CHUNK) {
      var merged = V(0.0);
      for (var i = 0u; i < LANES; i++) { merged += lane_sums[lane * LANES + i]; }
      y[(t * params.q_heads + head) * D + start + lane] = ROW(merged);
    }
    workgroupBarrier(); // the columns are summed before the next ones take their place
  }
}
