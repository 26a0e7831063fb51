// weights-q4.wgsl — a matrix (O, I) of q4, as worker/engine/format/quantize.ts lays it out: w = scale·(q − 8), q four bits; byte i
// of a block of 32 holds q_i in its low half and q_{i+16} in its high half.

@group(0) @binding(1) var<storage, read> W: array<vec4u>;     // (O, I), a block each
@group(0) @binding(2) var<storage, read> scales: array<u32>;  // (O, I/32), two f16 each
@group(0) @binding(3) var<storage, read> words: array<u32>;   // W again, 8 numbers each

/// 32 numbers of a row, and what they are to be multiplied by.
struct Block { a: mat4x4f, b: mat4x4f, scale: f32 }

fn scale_at(block: u32) -> f32 {
  let pair = unpack2x16float(scales[block / 2u]);
  return select(pair.x, pair.y, block % 2u == 1u);
}
/// The low halves of a word's bytes, less 8.
fn halves(word: u32) -> vec4f {
  return vec4f((vec4u(word) >> vec4u(0u, 8u, 16u, 24u)) & vec4u(15u)) - 8.0;
}
/// Numbers 32·i … 32·i + 31 of the matrix.
fn block_at(i: u32) -> Block {
  let w = W[i];
  let high = w >> vec4u(4u);
  return Block(
    mat4x4f(halves(w.x), halves(w.y), halves(w.z), halves(w.w)),
    mat4x4f(halves(high.x), halves(high.y), halves(high.z), halves(high.w)),
    scale_at(i),
  );
}
/// Numbers 4·i … 4·i + 3 of the matrix, scaled.
fn weights4(i: u32) -> vec4f {
  let block = i / 8u;
  return scale_at(block) * halves(words[4u * block + i % 4u] >> select(0u, 4u, i % 8u >= 4u));
}
