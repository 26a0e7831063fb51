// rope.wgsl — rotary position embedding of packed q, k, v rows; rotate-half convention (pairs i, i + D/2).
//
//   a row of qkv is H query heads, K key heads, K value heads, D numbers each; φ_i = p·f_i at position p = positions[t]
//   rotate      x'_i        = x_i·cos φ_i − sign·x_{i+D/2}·sin φ_i
//               x'_{i+D/2}  = x_{i+D/2}·cos φ_i + sign·x_i·sin φ_i         q and k heads; v is copied
//               sign = 1 forward, −1 backward (the inverse of a rotation is its transpose)
//   append      the same, q to its own tensor, k and v to row p of the caches
//
// Source: Su et al. 2021, arXiv:2104.09864, eq. 34, in the rotate-half layout of Hugging Face's Llama.
// uses: lib/grid.wgsl

alias V = f32; // slot: what one invocation moves: f32, or vec4f where D is a multiple of 8
alias ROW = V; // slot: the same as x, y and q store it: V, f16 or vec4<f16>. The arithmetic is always f32.
alias CACHE = V; // slot: as the caches store it
const WG: u32 = 64u;

// half = D/2 and every index below count units of V; a table row is half cosines, then half sines.
struct Params { rows: u32, q_heads: u32, kv_heads: u32, half: u32, positions_end: u32, cache_rows: u32, sign: f32 }

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<ROW>;             // (T, (H+2K)·D)
@group(0) @binding(2) var<storage, read> positions: array<u32>;     // (T)
@group(0) @binding(3) var<storage, read> table: array<V>;           // (P, D)
@group(0) @binding(4) var<storage, read_write> y: array<ROW>;       // (T, (H+2K)·D)
@group(0) @binding(5) var<storage, read_write> q: array<ROW>;       // (T, H·D)
@group(0) @binding(6) var<storage, read_write> kCache: array<CACHE>; // (S, K·D)
@group(0) @binding(7) var<storage, read_write> vCache: array<CACHE>; // (S, K·D)

struct Pair { low: V, high: V }

/// The pair (x[i], x[i + half]) turned by the angle of position p, or as it is when its head is a value.
fn rope_pair(head: u32, c: u32, p: u32, i: u32) -> Pair {
  let low = V(x[i]);
  let high = V(x[i + params.half]);
  if (head >= params.q_heads + params.kv_heads) { return Pair(low, high); }
  let angle = min(p, params.positions_end - 1u) * 2u * params.half + c;
  let cosine = table[angle];
  let sine = params.sign * table[angle + params.half];
  return Pair(low * cosine - high * sine, high * cosine + low * sine);
}

/// One invocation a pair.
@compute @workgroup_size(WG)
fn rope_rotate(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let heads = params.q_heads + 2u * params.kv_heads;
  let pair = grid_index(group, groups, lane, WG);
  if (pair >= params.rows * heads * params.half) { return; }
  let c = pair % params.half;
  let head = (pair / params.half) % heads;
  let t = pair / params.half / heads;

  let i = (t * heads + head) * 2u * params.half + c;
  let turned = rope_pair(head, c, positions[t], i);
  y[i] = ROW(turned.low);
  y[i + params.half] = ROW(turned.high);
}

/// One invocation a pair; a row whose position is outside the caches leaves them alone.
@compute @workgroup_size(WG)
fn rope_append(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let heads = params.q_heads + 2u * params.kv_heads;
  let pair = grid_index(group, groups, lane, WG);
  if (pair >= params.rows * heads * params.half) { return; }
  let c = pair % params.half;
  let head = (pair / params.half) % heads;
  let t = pair / params.half / heads;

  let p = positions[t];
  let turned = rope_pair(head, c, p, (t * heads + head) * 2u * params.half + c);
  if (head < params.q_heads) {
    let i = (t * params.q_heads + head) * 2u * params.half + c;
    q[i] = ROW(turned.low);
    q[i + params.half] = ROW(turned.high);
    return;
  }
  if (p >= params.cache_rows) { return; }
  let is_value = head >= params.q_heads + params.kv_heads;
  let kv_head = head - params.q_heads - select(0u, params.kv_heads, is_value);
  let i = (p * params.kv_heads + kv_head) * 2u * params.half + c;
  if (is_value) {
    vCache[i] = CACHE(turned.low);
    vCache[i + params.half] = CACHE(turned.high);
  } else {
    kCache[i] = CACHE(turned.low);
    kCache[i + params.half] = CACHE(turned.high);
  }
}
