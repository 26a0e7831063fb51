// weights-q8.wgsl — a matrix (O, I) of q8, as worker/engine/format/quantize.ts lays it out: w = scale·q, q a signed byte.

@group(0) @binding(1) var<storage, read> W: array<vec4u>;     // (O, I), 16 numbers each
@group(0) @binding(2) var<storage, read> scales: array<u32>;  // (O, I/32), two f16 each
@group(0) @binding(3) var<storage, read> words: array<u32>;   // W again, 4 numbers each

/// 32 numbers of a row, and what they are to be multiplied by.
struct Block { a: mat4x4f, b: mat4x4f, scale: f32 }

fn scale_at(block: u32) -> f32 {
  let pair = unpack2x16float(scales[block / 2u]);
  return select(pair.x, pair.y, block % 2u == 1u);
}
/// The four signed bytes of a word, the lowest first.
fn bytes(word: u32) -> vec4f {
  return vec4f(vec4i(vec4u(word) << vec4u(24u, 16u, 8u, 0u)) >> vec4u(24u));
}
/// Numbers 32·i … 32·i + 31 of the matrix.
fn block_at(i: u32) -> Block {
  let a = W[2u * i];
  let b = W[2u * i + 1u];
  return Block(
    mat4x4f(bytes(a.x), bytes(a.y), bytes(a.z), bytes(a.w)),
    mat4x4f(bytes(b.x), bytes(b.y), bytes(b.z), bytes(b.w)),
    scale_at(i),
  );
}
/// Numbers 4·i … 4·i + 3 of the matrix, scaled.
fn weights4(i: u32) -> vec4f { return scale_at(i / 8u) * bytes(words[i]); }
