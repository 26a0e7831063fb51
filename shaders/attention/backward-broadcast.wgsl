// backward-broadcast.wgsl — the gradient of attention where loads are dear: eight neighbours share what they load.
//
// The formulas of backward.wgsl. Eight rows of a head take eight keys at a time, each loaded by one of them and handed around; and
// eight keys eight rows. Needs subgroups of 8 or more.

enable subgroups;

alias V = vec4f; // slot: vec4f, or vec2f where D is no multiple of 4
alias ROW = V; // slot: the same as qkv, dy and dqkv store it: V, vec4<f16> or vec2<f16>. The arithmetic is always f32.
const D: u32 = 16u; // slot: head size in units of V
const LANES: u32 = 8u; // rows or keys a workgroup, all in one subgroup

struct Params { rows: u32, q_heads: u32, kv_heads: u32, columns: u32, window: u32, scale: f32 } // columns = D

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> qkv: array<ROW>;             // (T, (H+2K)·D)
@group(0) @binding(2) var<storage, read> ranges: array<vec2u>;        // (T)   keys that row t sees
@group(0) @binding(3) var<storage, read> queries: array<vec2u>;       // (T)   rows that may see key j
@group(0) @binding(5) var<storage, read> lse: array<f32>;             // (T, H)
@group(0) @binding(6) var<storage, read> dy: array<ROW>;              // (T, H·D)
@group(0) @binding(8) var<storage, read> deltas: array<f32>;          // (T, H)   Δ
@group(0) @binding(9) var<storage, read_write> dqkv: array<ROW>;      // (T, (H+2K)·D)

/// Where loops over a head end: as in backward.wgsl.
fn columns() -> u32 {
  if (D * 4u <= 32u) { return D; }
  return params.columns;
}

fn row_stride() -> u32 { return (params.q_heads + 2u * params.kv_heads) * D; }

/// Keys [first, last) that row t sees.
fn keys_of(t: u32) -> vec2u {
  let range = ranges[t];
  return vec2u(max(range.x, range.y - min(range.y, params.window)), min(range.y, params.rows));
}

/// The narrowest [first, last) around two of them, of which either may be empty.
fn around(a: vec2u, b: vec2u) -> vec2u {
  if (a.x >= a.y) { return b; }
  if (b.x >= b.y) { return a; }
  return vec2u(min(a.x, b.x), max(a.y, b.y));
}

/// One invocation a (row, head); a workgroup is 8 rows of one head.
@compute @workgroup_size(LANES)
fn attention_backward_q_broadcast(@builtin(workgroup_id) group: vec3u, @builtin(subgroup_invocation_id) lane: u32) {
  let t = min(group.x * LANES + lane, params.rows - 1u);
  let head = group.y;
  let offset = (params.q_heads + head * params.kv_heads / params.q_heads) * D;
  let i = t * params.q_heads + head;

  var query: array<V, D>;
  var dout: array<V, D>;
  var dquery: array<V, D>;
  for (var c = 0u; c < columns(); c++) {
    query[c] = params.scale * V(qkv[t * row_stride() + head * D + c]);
    dout[c] = V(dy[i * D + c]);
    dquery[c] = V(0.0);
  }
  let own = keys_of(t);
  let log_sum = lse[i];
  let delta = deltas[i];
  var all = vec2u(); // keys that any of the eight rows sees, the same for each: what ends a loop around a shuffle must be
  for (var row = 0u; row < LANES; row++) { all = around(all, keys_of(min(group.x * LANES + row, params.rows - 1u))); }

  for (var first = all.x; first < all.y; first += LANES) {
    let at = min(first + lane, params.rows - 1u) * row_stride() + offset;
    var key: array<V, D>;
    var value: array<V, D>;
    for (var c = 0u; c < columns(); c++) {
      key[c] = V(qkv[at + c]);
      value[c] = V(qkv[at + params.kv_heads * D + c]);
    }
    let count = min(LANES, all.y - first);
    for (var other = 0u; other < count; other++) {
      var scores = V(0.0);
      var dweights = V(0.0);
      for (var c = 0u; c < columns(); c++) {
        scores += query[c] * subgroupShuffle(key[c], other);
        dweights += dout[c] * subgroupShuffle(value[c], other);
      }
      let is_seen = first + other >= own.x && first + other < own.y;
      let p = select(0.0, exp(dot(scores, V(1.0)) - log_sum), is_seen);
      let ds = params.scale * p * (dot(dweights, V(1.0)) - delta);
      for (var c = 0u; c < columns(); c++) { dquery[c] += ds * subgroupShuffle(key[c], other); }
    }
  }
  if (group.x * LANES + lane >= params.rows) { return; }
  for (var c = 0u; c < columns(); c++) { dqkv[t * row_stride() + head * D + c] = ROW(dquery[c]); }
}

/// One invocation a (key, kv head); a workgroup is 8 keys of one kv head.
@compute @workgroup_size(LANES)
fn attention_backward_kv_broadcast(@builtin(workgroup_id) group: vec3u, @builtin(subgroup_invocation_id) lane: u32) {
  let j = min(group.x * LANES + lane, params.rows - 1u);
  let kv_head = group.y;
  let key = j * row_stride() + (params.q_heads + kv_head) * D;
  let value = key + params.kv_heads * D;

  var k: array<V, D>;
  var v: array<V, D>;
  var dk: array<V, D>;
  var dv: array<V, D>;
  for (var c = 0u; c < columns(); c++) {
    k[c] = params.scale * V(qkv[key + c]);
    v[c] = V(qkv[value + c]);
    dk[c] = V(0.0);
    dv[c] = V(0.0);
  }
  let heads = params.q_heads / params.kv_heads;
  var all = vec2u(); // rows that may see any of the eight keys, the same for each
  for (var i = 0u; i < LANES; i++) { all = around(all, queries[min(group.x * LANES + i, params.rows - 1u)]); }
  all.y = min(all.y, params.rows);

  for (var first = all.x; first < all.y; first += LANES) {
    let t = min(first + lane, params.rows - 1u);
    let count = min(LANES, all.y - first);
    let keys = keys_of(t);
    for (var h = 0u; h < heads; h++) {
      let head = kv_head * heads + h;
      let i = t * params.q_heads + head;
      var query: array<V, D>;
      var dout: array<V, D>;
      for (var c = 0u; c < columns(); c++) {
        query[c] = V(qkv[t * row_stride() + head * D + c]);
        dout[c] = V(dy[i * D + c]);
      }
      let stats = vec2f(lse[i], deltas[i]);
      for (var other = 0u; other < count; other++) {
        var scores = V(0.0);
        var dweights = V(0.0);
        for (var c = 0u; c < columns(); c++) {
          scores += k[c] * subgroupShuffle(query[c], other);
          dweights += v[c] * subgroupShuffle(dout[c], other);
        }
        let seen = subgroupShuffle(keys, other);
        let row_stats = subgroupShuffle(stats, other);
        let p = select(0.0, exp(dot(scores, V(1.0)) - row_stats.x), j >= seen.x && j < seen.y);
        let ds = params.scale * p * (dot(dweights, V(1.0)) - row_stats.y);
        for (var c = 0u; c < columns(); c++) {
          dk[c] += ds * subgroupShuffle(query[c], other);
          dv[c] += p * subgroupShuffle(dout[c], other);
        }
      }
    }
  }
  if (group.x * LANES + lane >= params.rows) { return; }
  for (var c = 0u; c < columns(); c++) {
    dqkv[key + c] = ROW(dk[c]);
    dqkv[value + c] = ROW(dv[c]);
  }
}
