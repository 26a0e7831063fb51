// guess.wgsl — what a model may say next, guessed from what follows the same words earlier in its context; and guesses checked.
//
//   choose   choices[t] = the place of the largest of row t of the logits, the lowest of equals
//   guess    a = how many guesses in a row the model chose itself: ids[i] = choices[i − 1] for i = 1 … a
//            choices[0 … a] is what it says: they go to the ring, and the decode state moves on by a + 1.
//            Then the context (prompt and ring, n tokens, the last one just chosen) is searched for the place i < n − 1 up to which it ends
//            as it ends at n − 1, over as many tokens as possible, MOST at most; of equals the last. What follows it, as far as it is kept, are the next guesses.
//
// Source: Saxena 2023, "Prompt Lookup Decoding" (github.com/apoorvumang/prompt-lookup-decoding); checked as in Leviathan et al. 2023,
// arXiv:2211.17192, greedy.

alias T = f32; // slot: storage type of the logits
const WG: u32 = 256u;
const MOST: u32 = 3u; // tokens that are compared
const POSITION: u32 = 2u; // places in `state`: the table STATE of ../sample/sample.ts
const GENERATED: u32 = 3u;
const GUESSED: u32 = 5u;
const PROMPT: u32 = 6u;
const NOWHERE: u32 = 0xffffffffu; // the position of a row without a guess: it is written nowhere, and sees nothing

struct Params { rows: u32, vocabulary: u32, ring_size: u32 }

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> logits: array<T>;                // (R, V)
@group(0) @binding(2) var<storage, read_write> choices: array<u32>;       // (R)
@group(0) @binding(3) var<storage, read> prompt: array<u32>;              // (S): the first state[PROMPT] are there
@group(0) @binding(4) var<storage, read_write> ring: array<u32>;          // (N)
@group(0) @binding(5) var<storage, read_write> state: array<u32>;         // (8)
@group(0) @binding(6) var<storage, read_write> ids: array<u32>;           // (R): the token chosen last, then guesses
@group(0) @binding(7) var<storage, read_write> positions: array<u32>;     // (R)
@group(0) @binding(8) var<storage, read_write> ranges: array<vec2u>;      // (R)

struct Best { key: u32, index: u32 }
var<workgroup> best: array<Best, WG>;
var<workgroup> places: array<u32, WG>;

/// u32s in the order of the floats; −0 and 0 are one.
fn key(z: f32) -> u32 {
  let bits = select(bitcast<u32>(z), 0u, z == 0.0);
  return select(bits | 0x80000000u, ~bits, bits >= 0x80000000u);
}

/// One workgroup a row.
@compute @workgroup_size(WG)
fn choose(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  var own = Best(0u, NOWHERE);
  for (var i = lane; i < params.vocabulary; i += WG) {
    let k = key(f32(logits[group.x * params.vocabulary + i]));
    if (k > own.key || own.index == NOWHERE) { own = Best(k, i); }
  }
  best[lane] = own;
  workgroupBarrier(); // every lane's best is written before lane 0 reads them
  if (lane > 0u) { return; }
  for (var i = 1u; i < WG; i++) {
    if (best[i].key > own.key || (best[i].key == own.key && best[i].index < own.index)) { own = best[i]; }
  }
  choices[group.x] = own.index;
}

/// Token i of the context.
fn token(i: u32) -> u32 {
  if (i < state[PROMPT]) { return prompt[i]; }
  return ring[(i - state[PROMPT]) % params.ring_size];
}
/// Whether it is still there: the ring keeps the latest tokens alone.
fn is_held(i: u32, n: u32) -> bool { return i < state[PROMPT] || n - i <= params.ring_size; }

/// How many tokens up to i and up to n − 1 are the same.
fn alike(i: u32, n: u32) -> u32 {
  var count = 0u;
  while (count < MOST && count <= i && is_held(i - count, n) && token(i - count) == token(n - 1u - count)) { count++; }
  return count;
}

/// Lane 0: the guesses that were right, and the choice after them, are said.
fn accept() {
  var said = 0u;
  loop {
    ring[(state[GENERATED] + said) % params.ring_size] = choices[said];
    said++;
    if (said > state[GUESSED] || choices[said - 1u] != ids[said]) { break; }
  }
  state[GENERATED] += said;
  state[POSITION] = positions[0] + said;
}

@compute @workgroup_size(WG)
fn guess(@builtin(local_invocation_index) lane: u32) {
  if (lane == 0u) { accept(); }
  storageBarrier(); // what was said is written before any lane reads it
  workgroupBarrier(); // and every lane has waited for that
  let n = state[PROMPT] + state[GENERATED];
  var own = 0u; // 1 + a place, below how many tokens are alike there
  for (var i = lane; i + 1u < n; i += WG) {
    let count = alike(i, n);
    if (count > 0u) { own = max(own, (count << 24u) | (i + 1u)); }
  }
  places[lane] = own;
  workgroupBarrier(); // every lane's place is written before lane 0 reads them, and none reads `state` any more
  if (lane > 0u) { return; }
  for (var i = 1u; i < WG; i++) { own = max(own, places[i]); }
  let next = own & 0xffffffu; // the place after the one that was found
  var guesses = 0u;
  while (own > 0u && guesses + 1u < params.rows && next + guesses < n && is_held(next + guesses, n)) { guesses++; }
  state[GUESSED] = guesses;
  ids[0] = token(n - 1u);
  for (var t = 0u; t < params.rows; t++) {
    let is_there = t <= guesses;
    if (t > 0u && is_there) { ids[t] = token(next + t - 1u); }
    positions[t] = select(NOWHERE, n - 1u + t, is_there);
    ranges[t] = select(vec2u(), vec2u(0u, n + t), is_there);
  }
}
