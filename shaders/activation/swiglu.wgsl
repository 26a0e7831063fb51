// swiglu.wgsl — the gated unit of a Llama block, over rows of gate | up.
//
//   forward    s = 1/(1 + e^−gate)        y = gate·s·up
//   backward   dgate = dy·up·s·(1 + gate·(1 − s))        dup = dy·gate·s
//
// Source: Shazeer 2020, arXiv:2002.05202, eq. 6.
// uses: lib/grid.wgsl

alias V = f32; // slot: what an invocation takes at a time: vec4f where F is a multiple of 4
alias T = V; // slot: the same as gu, y, dy and dgu store it: V, f16 or vec4<f16>. The arithmetic is always f32.

struct Params { size: u32, width: u32 } // T·F and F, in units of V

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> gu: array<T>;           // (T, 2F)
@group(0) @binding(2) var<storage, read_write> y: array<T>;      // (T, F)
@group(0) @binding(3) var<storage, read> dy: array<T>;           // (T, F)
@group(0) @binding(4) var<storage, read_write> dgu: array<T>;    // (T, 2F)

/// Where y[i] finds its gate; its up is `width` further on.
fn gate_at(i: u32) -> u32 { return (i / params.width) * 2u * params.width + i % params.width; }

/// Of −|x| the exponential stays in (0, 1], so no x overflows.
fn sigmoid(x: V) -> V {
  let e = exp(-abs(x));
  return select(e, V(1.0), x >= V(0.0)) / (1.0 + e);
}

@compute @workgroup_size(64)
fn swiglu_forward(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let i = grid_index(group, groups, lane, 64u);
  if (i >= params.size) { return; }
  let at = gate_at(i);
  let gate = V(gu[at]);
  y[i] = T(gate * sigmoid(gate) * V(gu[at + params.width]));
}

@compute @workgroup_size(64)
fn swiglu_backward(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let i = grid_index(group, groups, lane, 64u);
  if (i >= params.size) { return; }
  let at = gate_at(i);
  let gate = V(gu[at]);
  let s = sigmoid(gate);
  dgu[at] = T(V(dy[i]) * V(gu[at + params.width]) * s * (1.0 + gate * (1.0 - s)));
  dgu[at + params.width] = T(V(dy[i]) * gate * s);
}
