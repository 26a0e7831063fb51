// The specification of AdamW and of gradient clipping, in float64.

export interface AdamwState {
  readonly p: Float64Array;
  readonly m: Float64Array;
  readonly v: Float64Array;
}
export interface AdamwStep {
  readonly g: Float64Array;
  readonly learningRate: number;
  readonly step: number; // from 1
  readonly factor: number; // clip · scale
  readonly beta1: number;
  readonly beta2: number;
  readonly eps: number;
  readonly weightDecay: number;
  readonly decayedCount: number;
}

/** One step, in place. */
export function adamwReference({ p, m, v }: AdamwState, at: AdamwStep): void {
  for (let i = 0; i < p.length; i++) {
    const gradient = at.factor * at.g[i];
    m[i] = at.beta1 * m[i] + (1 - at.beta1) * gradient;
    v[i] = at.beta2 * v[i] + (1 - at.beta2) * gradient ** 2;
    if (i < at.decayedCount) p[i] *= 1 - at.learningRate * at.weightDecay;
    const mHat = m[i] / (1 - at.beta1 ** at.step);
    const vHat = v[i] / (1 - at.beta2 ** at.step);
    p[i] -= (at.learningRate * mHat) / (Math.sqrt(vHat) + at.eps);
  }
}

export function gradNormReference(g: Float64Array, scale: number, maxNorm: number): { norm: number; clip: number } {
  let sum = 0;
  for (const value of g) sum += (scale * value) ** 2;
  const norm = Math.sqrt(sum);
  return { norm, clip: maxNorm === 0 ? 1 : Math.min(1, maxNorm / (norm + 1e-6)) };
}
