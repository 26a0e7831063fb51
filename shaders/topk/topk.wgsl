// topk.wgsl — the k rows of largest inner product with a query; no score of the others is ever written.
//
//   score_n = Σ_d vectors[n, d]·query[d]                              for rows whose mask bit is 1
//   order    a before b  ⇔  score_a > score_b, or the scores are equal and row_a < row_b
//
// topk_score: each workgroup walks over its blocks of 256 rows and keeps its best k; a collection in several slabs is scored slab by
// slab. topk_merge: one workgroup keeps the best k of those. Both offer 256 candidates at a time to a sorted list; only what beats
// its last entry enters, so later blocks cost little.
// Source: by definition; the threshold queue after Johnson et al. 2017, arXiv:1702.08734, §4.2.

alias T = f32; // slot: storage type of the vectors. The query and every sum are f32.
const WG: u32 = 256u;
const K_MAX: u32 = 128u;  // slot: what the list can hold
const HELD: u32 = (K_MAX + WG - 1u) / WG; // of the list, by one lane
const LANES: u32 = 8u;    // a row: neighbours read neighbouring floats
const STRIDE: u32 = 9u;   // LANES + 1: a column of `partial` lies in different banks
const NO_SCORE: f32 = -3.4e38;
const NO_ROW: u32 = 0xffffffffu;

struct Params { count: u32, dims: u32, k: u32, first_row: u32, blocks: u32, first_group: u32, candidates: u32 }
struct Entry { score: f32, row: u32 }

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> vectors: array<T>;                   // (N, D)
@group(0) @binding(1) var<storage, read> vectors4: array<vec4<T>>;            // the same, (N, D/4)
@group(0) @binding(1) var<storage, read> numbers: array<vec4u>;               // (N, D/16): 16 signed bytes each, the lowest first
@group(0) @binding(2) var<storage, read> query: array<f32>;                   // (D)
@group(0) @binding(2) var<storage, read> query4: array<vec4f>;                // the same, (D/4)
@group(0) @binding(3) var<storage, read> mask: array<u32>;                    // one bit a row, from row 0 of the collection
@group(0) @binding(4) var<storage, read_write> candidate_scores: array<f32>;  // (G·k)
@group(0) @binding(5) var<storage, read_write> candidate_rows: array<u32>;    // (G·k)
@group(0) @binding(6) var<storage, read_write> scores: array<f32>;            // (k)
@group(0) @binding(7) var<storage, read_write> rows: array<u32>;              // (k)
@group(0) @binding(8) var<storage, read> scales: array<f32>;                  // (N), of `numbers`

var<workgroup> partial: array<f32, WG * STRIDE>;
var<workgroup> best: array<Entry, K_MAX>;  // sorted
var<workgroup> newcomers: array<Entry, WG>;
var<workgroup> newcomer_count: atomic<u32>;

fn is_before(a: Entry, b: Entry) -> bool { return a.score > b.score || (a.score == b.score && a.row < b.row); }

fn is_allowed(row: u32) -> bool {
  let bit = params.first_row + row;
  return row < params.count && ((mask[bit / 32u] >> (bit % 32u)) & 1u) == 1u;
}

/// One workgroup for `blocks` blocks of 256 rows.
@compute @workgroup_size(WG)
fn topk_score(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  clear_best(lane);
  for (var block = 0u; block < params.blocks; block++) {
    let first = (group.x * params.blocks + block) * WG;
    for (var in_block = lane / LANES; in_block < WG; in_block += WG / LANES) {
      let row = first + in_block;
      var sum = 0.0;
      if (is_allowed(row)) {
        for (var d = lane % LANES; d < params.dims; d += LANES) { sum += f32(vectors[row * params.dims + d]) * query[d]; }
      }
      partial[in_block * STRIDE + lane % LANES] = sum;
    }
    offer_block(lane, first);
  }
  write_candidates(lane, group.x);
}

/// The same where D is a multiple of 4: 128 bytes at a time.
@compute @workgroup_size(WG)
fn topk_score_vec4(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  clear_best(lane);
  let fours = params.dims / 4u;
  for (var block = 0u; block < params.blocks; block++) {
    let first = (group.x * params.blocks + block) * WG;
    for (var in_block = lane / LANES; in_block < WG; in_block += WG / LANES) {
      let row = first + in_block;
      var sum = vec4f();
      if (is_allowed(row)) {
        for (var d = lane % LANES; d < fours; d += LANES) { sum += vec4f(vectors4[row * fours + d]) * query4[d]; }
      }
      partial[in_block * STRIDE + lane % LANES] = (sum.x + sum.y) + (sum.z + sum.w);
    }
    offer_block(lane, first);
  }
  write_candidates(lane, group.x);
}

/// The same of vectors of signed bytes, one scale each, where D is a multiple of 16: score_n = scale_n·Σ_d number[n, d]·query[d].
@compute @workgroup_size(WG)
fn topk_score_int8(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  clear_best(lane);
  let sixteens = params.dims / 16u;
  for (var block = 0u; block < params.blocks; block++) {
    let first = (group.x * params.blocks + block) * WG;
    for (var in_block = lane / LANES; in_block < WG; in_block += WG / LANES) {
      let row = first + in_block;
      var sum = 0.0;
      if (is_allowed(row)) {
        var fours = vec4f();
        for (var d = lane % LANES; d < sixteens; d += LANES) {
          let n = numbers[row * sixteens + d];
          fours += bytes(n.x) * query4[4u * d] + bytes(n.y) * query4[4u * d + 1u];
          fours += bytes(n.z) * query4[4u * d + 2u] + bytes(n.w) * query4[4u * d + 3u];
        }
        sum = scales[row] * ((fours.x + fours.y) + (fours.z + fours.w));
      }
      partial[in_block * STRIDE + lane % LANES] = sum;
    }
    offer_block(lane, first);
  }
  write_candidates(lane, group.x);
}

/// The four signed bytes of a word, the lowest first.
fn bytes(word: u32) -> vec4f { return vec4f(vec4i(vec4u(word) << vec4u(24u, 16u, 8u, 0u)) >> vec4u(24u)); }

fn offer_block(lane: u32, first: u32) {
  workgroupBarrier(); // eight lanes have written the parts of a row that one lane sums; the next block writes behind `offer`
  var score = 0.0;
  for (var j = 0u; j < LANES; j++) { score += partial[lane * STRIDE + j]; }
  offer(lane, Entry(score, params.first_row + first + lane), is_allowed(first + lane));
}

fn write_candidates(lane: u32, group: u32) {
  let start = (params.first_group + group) * params.k;
  for (var place = lane; place < params.k; place += WG) {
    candidate_scores[start + place] = best[place].score;
    candidate_rows[start + place] = best[place].row;
  }
}

/// One workgroup: the best k of `candidates` candidates, places that stay empty filled.
@compute @workgroup_size(WG)
fn topk_merge(@builtin(local_invocation_index) lane: u32) {
  clear_best(lane);
  for (var first = 0u; first < params.candidates; first += WG) {
    let i = min(first + lane, params.candidates - 1u);
    let entry = Entry(candidate_scores[i], candidate_rows[i]);
    offer(lane, entry, first + lane < params.candidates && entry.row != NO_ROW);
  }
  for (var place = lane; place < params.k; place += WG) {
    scores[place] = best[place].score;
    rows[place] = best[place].row;
  }
}

fn clear_best(lane: u32) {
  for (var place = lane; place < K_MAX; place += WG) { best[place] = Entry(NO_SCORE, NO_ROW); }
  workgroupBarrier(); // the list is empty before anything is offered to it
}

/// How many entries of the sorted list stand before this one, at most k.
fn place_of(entry: Entry) -> u32 {
  var low = 0u;
  var high = params.k;
  while (low < high) {
    let middle = (low + high) / 2u;
    if (is_before(best[middle], entry)) { low = middle + 1u; } else { high = middle; }
  }
  return low;
}

/// Merges up to 256 candidates, one a lane, into `best`: each entry's place is the number of those before it, counted no further
/// than k. The order of the newcomers differs from run to run, the result does not, as the order is total. Call from uniform
/// control flow.
fn offer(lane: u32, entry: Entry, is_real: bool) {
  if (is_real && is_before(entry, best[params.k - 1u])) { newcomers[atomicAdd(&newcomer_count, 1u)] = entry; }
  workgroupBarrier(); // every newcomer is written before they are counted and compared
  let count = atomicLoad(&newcomer_count);
  var old: array<Entry, HELD>;
  var old_place: array<u32, HELD>;
  for (var h = 0u; h < HELD; h++) {
    let place = lane + h * WG;
    old_place[h] = place;
    if (place >= params.k) { continue; }
    old[h] = best[place];
    for (var i = 0u; i < count; i++) { old_place[h] += u32(is_before(newcomers[i], old[h])); }
  }
  let newcomer = newcomers[lane];
  var new_place = params.k;
  if (lane < count) { new_place = place_of(newcomer); }
  for (var i = 0u; i < count && new_place < params.k; i++) { new_place += u32(is_before(newcomers[i], newcomer)); }
  workgroupBarrier(); // all have read the lists before they are written
  for (var h = 0u; h < HELD; h++) {
    if (old_place[h] < params.k) { best[old_place[h]] = old[h]; }
  }
  if (new_place < params.k) { best[new_place] = newcomer; }
  if (lane == 0u) { atomicStore(&newcomer_count, 0u); }
  workgroupBarrier(); // the list is whole, and the count 0, before the next offer
}
