// Stretches of bars under one regime.

import type { Regime } from "@/api/types";

export interface Run {
  /** Index of the first and the last bar. */
  first: number;
  last: number;
  regime: Regime;
}

/** Neighbouring bars of the same regime joined. */
export function runsOf(regimes: readonly Regime[]): Run[] {
  const runs: Run[] = [];
  regimes.forEach((regime, i) => {
    const open = runs.at(-1);
    if (open?.regime === regime) open.last = i;
    else runs.push({ first: i, last: i, regime });
  });
  return runs;
}
