// backward.wgsl — the gradient of attention: probabilities are recomputed from the saved log-sum-exp, and summed without atomics.
//
//   p_tj  = exp(s_tj − lse_t)                                 s_tj = (q_t·k_j)/√D
//   Δ_t   = dy_t·y_t                                          one scalar a (row, head)
//   ds_tj = p_tj·(dy_t·v_j − Δ_t)
//   dq_t  = Σ_j ds_tj·k_j/√D                                  row by row, over its keys
//   dk_j  = Σ_t ds_tj·q_t/√D,   dv_j = Σ_t p_tj·dy_t          key by key, over the rows that may see it and its q heads
//
// Derivation: attention.ts. Source: Dao et al. 2022, arXiv:2205.14135, alg. 4.

alias V = vec4f; // slot: vec4f, or vec2f where D is no multiple of 4
alias ROW = V; // slot: the same as qkv, y, dy and dqkv store it: V, vec4<f16> or vec2<f16>. The arithmetic is always f32.
const D: u32 = 16u; // slot: head size in units of V
const LANES: u32 = 64u;

struct Params { rows: u32, q_heads: u32, kv_heads: u32, columns: u32, window: u32, scale: f32 } // columns = D

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> qkv: array<ROW>;             // (T, (H+2K)·D)
@group(0) @binding(2) var<storage, read> ranges: array<vec2u>;        // (T)   keys that row t sees
@group(0) @binding(3) var<storage, read> queries: array<vec2u>;       // (T)   rows that may see key j
@group(0) @binding(4) var<storage, read> y: array<ROW>;               // (T, H·D)
@group(0) @binding(5) var<storage, read> lse: array<f32>;             // (T, H)
@group(0) @binding(6) var<storage, read> dy: array<ROW>;              // (T, H·D)
@group(0) @binding(7) var<storage, read_write> delta: array<f32>;     // (T, H)   Δ
@group(0) @binding(8) var<storage, read> deltas: array<f32>;          // (T, H)   Δ, once written
@group(0) @binding(9) var<storage, read_write> dqkv: array<ROW>;      // (T, (H+2K)·D)

/// Where loops over a head end: as in attention.wgsl, but known up to 32 numbers only, as twice as much is held here.
fn columns() -> u32 {
  if (D * 4u <= 32u) { return D; }
  return params.columns;
}

/// The first key that row t sees: as in attention.wgsl.
fn first_key(t: u32) -> u32 { return max(ranges[t].x, ranges[t].y - min(ranges[t].y, params.window)); }

fn row_stride() -> u32 { return (params.q_heads + 2u * params.kv_heads) * D; }

/// One invocation a (row, head); a workgroup is 64 rows of one head.
@compute @workgroup_size(LANES)
fn attention_backward_delta(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let t = group.x * LANES + lane;
  if (t >= params.rows) { return; }
  let i = t * params.q_heads + group.y;
  var products = V(0.0);
  for (var c = 0u; c < columns(); c++) { products += V(dy[i * D + c]) * V(y[i * D + c]); }
  delta[i] = dot(products, V(1.0));
}

/// One invocation a (row, head).
@compute @workgroup_size(LANES)
fn attention_backward_q(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let t = group.x * LANES + lane;
  let head = group.y;
  if (t >= params.rows) { return; }
  let kv_head = head * params.kv_heads / params.q_heads;
  let i = t * params.q_heads + head;

  var query: array<V, D>;
  var dout: array<V, D>;
  var dquery: array<V, D>;
  for (var c = 0u; c < columns(); c++) {
    query[c] = params.scale * V(qkv[t * row_stride() + head * D + c]);
    dout[c] = V(dy[i * D + c]);
    dquery[c] = V(0.0);
  }
  let last = min(ranges[t].y, params.rows);
  for (var j = first_key(t); j < last; j++) {
    let key = j * row_stride() + (params.q_heads + kv_head) * D;
    let value = key + params.kv_heads * D;
    var scores = V(0.0);
    var dweights = V(0.0);
    for (var c = 0u; c < columns(); c++) {
      scores += query[c] * V(qkv[key + c]);
      dweights += dout[c] * V(qkv[value + c]);
    }
    let p = exp(dot(scores, V(1.0)) - lse[i]);
    let ds = params.scale * p * (dot(dweights, V(1.0)) - deltas[i]);
    for (var c = 0u; c < columns(); c++) { dquery[c] += ds * V(qkv[key + c]); }
  }
  for (var c = 0u; c < columns(); c++) { dqkv[t * row_stride() + head * D + c] = ROW(dquery[c]); }
}

/// One invocation a (key, kv head); a workgroup is 64 keys of one kv head.
@compute @workgroup_size(LANES)
fn attention_backward_kv(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let j = group.x * LANES + lane;
  let kv_head = group.y;
  if (j >= params.rows) { return; }
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
  let last = min(queries[j].y, params.rows);
  // Starting at a multiple of 64, the lanes of a causal workgroup read the same row at a time; ranges decides what counts.
  for (var t = queries[j].x / LANES * LANES; t < last; t++) {
    if (j < first_key(t) || j >= ranges[t].y) { continue; }
    for (var h = 0u; h < heads; h++) {
      let head = kv_head * heads + h;
      let i = t * params.q_heads + head;
      let query = t * row_stride() + head * D;
      var scores = V(0.0);
      var dweights = V(0.0);
      for (var c = 0u; c < columns(); c++) {
        scores += k[c] * V(qkv[query + c]);
        dweights += v[c] * V(dy[i * D + c]);
      }
      let p = exp(dot(scores, V(1.0)) - lse[i]);
      let ds = params.scale * p * (dot(dweights, V(1.0)) - deltas[i]);
      for (var c = 0u; c < columns(); c++) {
        dk[c] += ds * V(qkv[query + c]);
        dv[c] += p * V(dy[i * D + c]);
      }
    }
  }
  for (var c = 0u; c < columns(); c++) {
    dqkv[key + c] = ROW(dk[c]);
    dqkv[value + c] = ROW(dv[c]);
  }
}
