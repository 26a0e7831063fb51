// sample.wgsl — the next token, chosen by one workgroup, and the decode state moved on by one.
//
//   z_i = penalty(logit_i)                 logit/ρ if logit > 0 else logit·ρ, for tokens seen (counts > 0)
//   w_i = exp((z_i − max z)/temperature)   the softmax but for its denominator; w of the best token is 1
//   kept: z_i ≥ the k-th largest z, then z_i in the smallest top set whose share of w reaches topP, then w_i ≥ minP
//   token = the first i in index order for which Σ_{j ≤ i, kept} w_j > u·Σ_kept w,  u = pcg(seed, step)/2³² in [0, 1), cut to 24 bits
//
// The thresholds are exact and nothing is sorted: `key` maps floats to u32 in their order, and the largest key that keeps
// enough (a count, or a mass) is found two bits a round. Tokens equal to a threshold are all kept.
// Source: pcg_output_rxs_m_xs_32 of O'Neill 2014, HMC-CS-2014-0905; filters in the order of Hugging Face transformers.

alias T = f32; // slot: storage type of the logits. The arithmetic is always f32.
const WG: u32 = 256u;
const TEMPERATURE: u32 = 0u; // places in `settings` and `state`: the tables SETTING and STATE of sample.ts
const TOP_K: u32 = 1u;
const TOP_P: u32 = 2u;
const MIN_P: u32 = 3u;
const REPETITION_PENALTY: u32 = 4u;
const SEED: u32 = 0u;
const STEP: u32 = 1u;
const POSITION: u32 = 2u;
const GENERATED: u32 = 3u;
const BITS: u32 = 4u;

struct Params { vocabulary: u32, ring_size: u32 }

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> logits: array<T>;             // (R, V): row 0
@group(0) @binding(2) var<storage, read_write> counts: array<u32>;     // (V)
@group(0) @binding(3) var<storage, read> settings: array<f32>;         // (8): read only, so that branching on it is uniform
@group(0) @binding(4) var<storage, read_write> state: array<u32>;      // (8)
@group(0) @binding(5) var<storage, read_write> token: array<u32>;      // (1)
@group(0) @binding(6) var<storage, read_write> ring: array<u32>;       // (N)
@group(0) @binding(7) var<storage, read_write> positions: array<u32>;  // (1)
@group(0) @binding(8) var<storage, read_write> ranges: array<u32>;     // (1, 2)

struct Best { key: u32, index: u32 }

var<workgroup> best: array<Best, WG>;
var<workgroup> best_of_16: array<Best, 16>;
var<workgroup> part: array<vec3f, WG>;
var<workgroup> part_of_16: array<vec3f, 16>;
var<workgroup> mass: array<f32, WG>;
var<workgroup> chosen_lane: u32;
var<workgroup> chosen_rest: f32;

@compute @workgroup_size(WG)
fn sample(@builtin(local_invocation_index) lane: u32) {
  let top = argmax(lane);
  var index = top.index;
  let bits = pcg(pcg(state[SEED]) + state[STEP]);
  if (settings[TEMPERATURE] > 0.0) {
    let z_max = penalised(top.index);
    let floor_key = min(kept_from(lane, z_max), top.key); // rounding and topP = 0 never drop the best token
    index = inverse_cdf(lane, floor_key, z_max, f32(bits >> 8u) / 16777216.0);
  }
  // No barrier: every lane has passed one since its last look at what is written now, but `state`, which lane 0 alone uses on.
  if (lane == 0u) { advance(index, bits); }
}

/// Greedy and nothing else: without the filters' loops it compiles in a fraction of the time.
@compute @workgroup_size(WG)
fn sample_greedy(@builtin(local_invocation_index) lane: u32) {
  let top = argmax(lane);
  if (lane == 0u) { advance(top.index, pcg(pcg(state[SEED]) + state[STEP])); } // as in `sample`: no barrier
}

fn advance(index: u32, bits: u32) {
  token[0] = index;
  ring[state[GENERATED] % params.ring_size] = index;
  counts[index] += 1u;
  positions[0] += 1u;
  ranges[1] += 1u;
  state[STEP] += 1u;
  state[POSITION] = positions[0];
  state[GENERATED] += 1u;
  state[BITS] = bits;
}

fn penalised(i: u32) -> f32 {
  let logit = f32(logits[i]);
  let penalty = settings[REPETITION_PENALTY];
  if (penalty == 1.0 || counts[i] == 0u) { return logit; }
  return select(logit * penalty, logit / penalty, logit > 0.0);
}

/// u32s in the order of the floats; −0 and 0 are one.
fn key(z: f32) -> u32 {
  let bits = select(bitcast<u32>(z), 0u, z == 0.0);
  return select(bits | 0x80000000u, ~bits, bits >= 0x80000000u);
}

fn weight(z: f32, z_max: f32) -> f32 { return exp((z - z_max) / settings[TEMPERATURE]); }

fn kept_weight(i: u32, floor_key: u32, z_max: f32) -> f32 {
  let z = penalised(i);
  let w = weight(z, z_max);
  return select(0.0, w, key(z) >= floor_key && w >= settings[MIN_P]);
}

/// One of O'Neill's permuted congruential generators, as a hash.
fn pcg(v: u32) -> u32 {
  let s = v * 747796405u + 2891336453u;
  let word = ((s >> ((s >> 28u) + 4u)) ^ s) * 277803737u;
  return (word >> 22u) ^ word;
}

/// The largest key and the lowest index that has it.
fn argmax(lane: u32) -> Best {
  var own = Best(0u, 0xffffffffu);
  for (var i = lane; i < params.vocabulary; i += WG) { own = better(own, Best(key(penalised(i)), i)); }
  best[lane] = own;
  workgroupBarrier(); // every lane's best is written before sixteen lanes read them
  if (lane < 16u) {
    for (var i = 0u; i < 16u; i++) { own = better(own, best[lane * 16u + i]); }
    best_of_16[lane] = own;
  }
  workgroupBarrier(); // the sixteen are written before all read them
  for (var i = 0u; i < 16u; i++) { own = better(own, best_of_16[i]); }
  return own;
}
fn better(a: Best, b: Best) -> Best {
  if (b.key > a.key || (b.key == a.key && b.index < a.index)) { return b; }
  return a;
}

/// The lowest key that top-k and then top-p keep.
fn kept_from(lane: u32, z_max: f32) -> u32 {
  var floor_key = 0u;
  if (settings[TOP_K] > 0.0) { floor_key = threshold(lane, settings[TOP_K], 0u, false, z_max); }
  if (settings[TOP_P] < 1.0) {
    var own = vec3f();
    for (var i = lane; i < params.vocabulary; i += WG) {
      let z = penalised(i);
      if (key(z) >= floor_key) { own.x += weight(z, z_max); }
    }
    floor_key = threshold(lane, settings[TOP_P] * sum(lane, own).x, floor_key, true, z_max);
  }
  return floor_key;
}

/// The largest key t for which the keys ≥ max(t, floor_key) are `wanted` in number, or in mass; floor_key when none is.
/// Counts are exact below 2²⁴ tokens. Sums have a fixed order, so that they fall as t rises.
fn threshold(lane: u32, wanted: f32, floor_key: u32, by_mass: bool, z_max: f32) -> u32 {
  var t = 0u;
  for (var shift = 32u; shift > 0u;) {
    shift -= 2u;
    let tried = vec3u(t) + (vec3u(1u, 2u, 3u) << vec3u(shift));
    var own = vec3f();
    for (var i = lane; i < params.vocabulary; i += WG) {
      let z = penalised(i);
      let k = key(z);
      if (k < max(tried.x, floor_key)) { continue; }
      var w = 1.0;
      if (by_mass) { w = weight(z, z_max); }
      own += select(vec3f(), vec3f(w), vec3u(k) >= tried);
    }
    let reached = vec3u(sum(lane, own) >= vec3f(wanted));
    t += (reached.x + reached.y + reached.z) << shift;
  }
  return max(t, floor_key);
}

/// Σ of every lane's v, returned to all. Call from uniform control flow.
fn sum(lane: u32, v: vec3f) -> vec3f {
  part[lane] = v;
  workgroupBarrier(); // every lane's part is written before sixteen lanes read them
  if (lane < 16u) {
    var sixteen = vec3f();
    for (var i = 0u; i < 16u; i++) { sixteen += part[lane * 16u + i]; }
    part_of_16[lane] = sixteen;
  }
  workgroupBarrier(); // the sixteen are written before all read them; the next call writes them behind its first barrier
  var total = vec3f();
  for (var i = 0u; i < 16u; i++) { total += part_of_16[i]; }
  return total;
}

/// The token at share u of the kept mass. Each level cuts the range that holds it into one piece a lane: coarse to fine.
fn inverse_cdf(lane: u32, floor_key: u32, z_max: f32, u: f32) -> u32 {
  var first = 0u;
  var size = params.vocabulary;
  var rest = u; // a share of everything at first, then what is left of the mass inside the range
  for (var level = 0u; size > 1u; level++) {
    let piece = (size + WG - 1u) / WG;
    let end = min(first + min((lane + 1u) * piece, size), params.vocabulary);
    var own = 0.0;
    for (var i = first + lane * piece; i < end; i++) { own += kept_weight(i, floor_key, z_max); }
    mass[lane] = own;
    workgroupBarrier(); // every lane's mass is written before lane 0 walks over them
    if (lane == 0u) { walk(rest, level == 0u); }
    workgroupBarrier(); // the choice is written before all read it, and the masses are read before the next level's
    first += chosen_lane * piece;
    rest = chosen_rest;
    size = piece;
  }
  return first;
}

/// The first lane whose running mass passes the target; the last with any mass where rounding leaves none.
fn walk(rest: f32, is_share: bool) {
  var wanted = rest;
  if (is_share) {
    var total = 0.0;
    for (var i = 0u; i < WG; i++) { total += mass[i]; }
    wanted = rest * total;
  }
  for (var i = 0u; i < WG; i++) {
    if (mass[i] == 0.0) { continue; }
    chosen_lane = i;
    chosen_rest = wanted;
    if (mass[i] > wanted) { break; }
    wanted -= mass[i];
  }
}
