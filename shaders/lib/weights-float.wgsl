// weights-float.wgsl — a matrix (O, I) of f32 or f16, I a multiple of 32, in the units that weights-q8 and weights-q4 have too.

alias TW = f32; // slot: storage type of W

@group(0) @binding(1) var<storage, read> W: array<vec4<TW>>; // (O, I)

/// 32 numbers of a row, and what they are to be multiplied by.
struct Block { a: mat4x4f, b: mat4x4f, scale: f32 }

/// Numbers 32·i … 32·i + 31 of the matrix.
fn block_at(i: u32) -> Block {
  let at = 8u * i;
  return Block(
    mat4x4f(vec4f(W[at]), vec4f(W[at + 1u]), vec4f(W[at + 2u]), vec4f(W[at + 3u])),
    mat4x4f(vec4f(W[at + 4u]), vec4f(W[at + 5u]), vec4f(W[at + 6u]), vec4f(W[at + 7u])),
    1.0,
  );
}
