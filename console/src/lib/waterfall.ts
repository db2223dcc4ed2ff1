import { FACTOR_NAMES, type FactorName, type Factors } from "@/api/types";

export interface WaterfallStep {
  name: FactorName;
  factor: number;
  before: number;
  after: number;
}

/** From 1.0 to the multiplier, in the order in which the engine multiplies: the same floating-point
 * product, so the last `after` equals the multiplier to the last bit. */
export function waterfall(factors: Factors): WaterfallStep[] {
  const steps: WaterfallStep[] = [];
  let running = 1;
  for (const name of FACTOR_NAMES) {
    const after = running * factors[name];
    steps.push({ name, factor: factors[name], before: running, after });
    running = after;
  }
  return steps;
}
