// How strongly a step learns: a linear warm-up, then a cosine down to a fraction of the peak.
export interface Schedule {
  readonly peak: number; // learning rate
  readonly warmupSteps: number;
  readonly steps: number; // in all
  readonly finalFraction: number; // of the peak, at the end; 1 keeps it constant
}

/** The learning rate of step `step`, counted from 0. */
export function learningRate({ peak, warmupSteps, steps, finalFraction }: Schedule, step: number): number {
  if (step < warmupSteps) return (peak * (step + 1)) / warmupSteps;
  const progress = Math.min(1, (step - warmupSteps) / Math.max(1, steps - warmupSteps));
  return peak * (finalFraction + ((1 - finalFraction) * (1 + Math.cos(Math.PI * progress))) / 2);
}
