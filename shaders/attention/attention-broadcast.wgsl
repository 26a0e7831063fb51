// attention-broadcast.wgsl — attention of many rows where loads are dear: eight rows of a head share the keys that they load.
//
// The formulas of attention.wgsl, eight keys at a time: each of eight neighbours loads another key and its value, and hands them
// around. Their scores come first, so that sums are rescaled once for the eight. Needs subgroups of 8 or more.

enable subgroups;

alias V = vec4f; // slot: vec4f, or vec2f where D is no multiple of 4
alias ROW = V; // slot: the same as q and y store it: V, vec4<f16> or vec2<f16>. The arithmetic is always f32.
alias KV = V; // slot: as k and v store it
const D: u32 = 16u; // slot: head size in units of V
const LANES: u32 = 8u; // rows a workgroup, all in one subgroup; keys at a time
const LOWEST = -3.0e38; // below every score

struct Params { rows: u32, q_heads: u32, kv_heads: u32, q_stride: u32, kv_stride: u32, k_offset: u32, v_offset: u32, key_rows: u32, columns: u32, window: u32, scale: f32 } // as in attention.wgsl

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> q: array<ROW>;            // (T, q_stride), head h at h·D
@group(0) @binding(2) var<storage, read> k: array<KV>;             // (S, kv_stride), kv head at k_offset + head·D
@group(0) @binding(3) var<storage, read> v: array<KV>;             // (S, kv_stride), kv head at v_offset + head·D
@group(0) @binding(4) var<storage, read> ranges: array<vec2u>;     // (T)
@group(0) @binding(5) var<storage, read_write> y: array<ROW>;      // (T, H·D)
@group(0) @binding(6) var<storage, read_write> lse: array<f32>;    // (T, H)   saved for backward

/// Where loops over a head end: as in attention.wgsl.
fn columns() -> u32 {
  if (D * 4u <= 64u) { return D; }
  return params.columns;
}

/// Keys [first, last) that row t sees.
fn keys_of(t: u32) -> vec2u {
  let range = ranges[t];
  return vec2u(max(range.x, range.y - min(range.y, params.window)), min(range.y, params.key_rows));
}

/// The narrowest [first, last) around two of them, of which either may be empty.
fn around(a: vec2u, b: vec2u) -> vec2u {
  if (a.x >= a.y) { return b; }
  if (b.x >= b.y) { return a; }
  return vec2u(min(a.x, b.x), max(a.y, b.y));
}

/// One invocation a (row, head); a workgroup is 8 rows of one head.
@compute @workgroup_size(LANES)
fn attention_forward_broadcast(@builtin(workgroup_id) group: vec3u, @builtin(subgroup_invocation_id) lane: u32) {
  let t = min(group.x * LANES + lane, params.rows - 1u);
  let head = group.y;
  let offset = head * params.kv_heads / params.q_heads * D;

  var query: array<V, D>;
  var sum_v: array<V, D>;
  for (var c = 0u; c < columns(); c++) {
    query[c] = params.scale * V(q[t * params.q_stride + head * D + c]);
    sum_v[c] = V(0.0);
  }
  var highest = LOWEST;
  var total = 0.0;

  let own = keys_of(t);
  var all = vec2u(); // keys that any of the eight rows sees, the same for each: what ends a loop around a shuffle must be
  for (var i = 0u; i < LANES; i++) { all = around(all, keys_of(min(group.x * LANES + i, params.rows - 1u))); }
  for (var first = all.x; first < all.y; first += LANES) {
    let at = min(first + lane, params.key_rows - 1u) * params.kv_stride + offset;
    var key: array<V, D>;
    var value: array<V, D>;
    for (var c = 0u; c < columns(); c++) {
      key[c] = V(k[at + params.k_offset + c]);
      value[c] = V(v[at + params.v_offset + c]);
    }
    let count = min(LANES, all.y - first);
    var scores: array<f32, LANES>;
    var top = highest;
    for (var i = 0u; i < count; i++) {
      var products = V(0.0);
      for (var c = 0u; c < columns(); c++) { products += query[c] * subgroupShuffle(key[c], i); }
      let is_seen = first + i >= own.x && first + i < own.y;
      scores[i] = select(LOWEST, dot(products, V(1.0)), is_seen);
      top = max(top, scores[i]);
    }
    let shrink = exp(highest - top);
    for (var c = 0u; c < columns(); c++) { sum_v[c] *= shrink; }
    total *= shrink;
    highest = top;
    for (var i = 0u; i < count; i++) {
      let weight = select(exp(scores[i] - top), 0.0, scores[i] == LOWEST);
      total += weight;
      for (var c = 0u; c < columns(); c++) { sum_v[c] += weight * subgroupShuffle(value[c], i); }
    }
  }

  if (group.x * LANES + lane >= params.rows) { return; }
  let is_empty = total == 0.0;
  let share = select(1.0 / total, 0.0, is_empty);
  for (var c = 0u; c < columns(); c++) { y[(t * params.q_heads + head) * D + c] = ROW(share * sum_v[c]); }
  lse[t * params.q_heads + head] = select(highest + log(total), 0.0, is_empty);
}
