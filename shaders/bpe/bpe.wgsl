// bpe.wgsl — byte-pair merges of many words at once.
//
//   While two symbols that stand side by side are a pair of the table: the pair of the lowest rank, of equals the leftmost, becomes one
//   symbol. Each word is an invocation's own, so nothing has to be waited for.
//
// The table is open addressing over (left, right, rank, merged) from pair_hash on; see worker/tokenizer/merge-table.ts.
// Source: Sennrich et al. 2016, arXiv:1508.07909, algorithm 1.
// uses: lib/grid.wgsl

const WG: u32 = 64u;
const NOTHING: u32 = 0xffffffffu;

struct Params { words: u32, slots: u32 } // slots: a power of two

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> table: array<vec4u>;            // (slots): left, right, rank, merged; left NOTHING: free
@group(0) @binding(2) var<storage, read> ends: array<u32>;               // (W): where each word's symbols end
@group(0) @binding(3) var<storage, read_write> symbols: array<u32>;      // (N): in place; what is left of a word stands at its start
@group(0) @binding(4) var<storage, read_write> places: array<u32>;       // (N): scratch: the slot of a symbol and the next one
@group(0) @binding(5) var<storage, read_write> counts: array<u32>;       // (W): symbols that are left

/// The slot of a pair; NOTHING: it does not merge.
fn find(left: u32, right: u32) -> u32 {
  let mixed = (left * 0x9e3779b1u) ^ (right * 0x85ebca6bu);
  var at = (mixed ^ (mixed >> 15u)) & (params.slots - 1u);
  loop {
    let slot = table[at];
    if (slot.x == left && slot.y == right) { return at; }
    if (slot.x == NOTHING) { return NOTHING; }
    at = (at + 1u) & (params.slots - 1u);
  }
}

/// The place, of `count` from `start` on, of the pair to merge next; NOTHING: none is left.
fn lowest(start: u32, count: u32) -> u32 {
  var rank = NOTHING;
  var best = NOTHING;
  for (var i = start; i + 1u < start + count; i++) {
    if (places[i] == NOTHING) { continue; }
    let r = table[places[i]].z;
    if (r < rank) { rank = r; best = i; }
  }
  return best;
}

/// One invocation a word.
@compute @workgroup_size(WG)
fn bpe_merge(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let word = grid_index(group, groups, lane, WG);
  if (word >= params.words) { return; }
  var start = 0u;
  if (word > 0u) { start = ends[word - 1u]; }
  var count = ends[word] - start;
  for (var i = start; i + 1u < start + count; i++) { places[i] = find(symbols[i], symbols[i + 1u]); }
  loop {
    let best = lowest(start, count);
    if (best == NOTHING) { break; }
    symbols[best] = table[places[best]].w;
    count--;
    for (var i = best + 1u; i < start + count; i++) {
      symbols[i] = symbols[i + 1u];
      places[i] = places[i + 1u];
    }
    if (best > start) { places[best - 1u] = find(symbols[best - 1u], symbols[best]); }
    if (best + 1u < start + count) { places[best] = find(symbols[best], symbols[best + 1u]); }
  }
  counts[word] = count;
}
