import { expect, test } from "bun:test";
import { waterfall } from "./waterfall";

test("the steps multiply to the multiplier, in the engine's order", () => {
  const factors = {
    confidence: 0.72,
    volatility: 0.58,
    drawdown: 0.6,
    clustering: 1,
    asset: 0.97,
    guard: 0.5,
    correlation: 0.81,
  };
  const steps = waterfall(factors);
  expect(steps.map((s) => s.name)[0]).toBe("confidence");
  expect(steps.at(-1)?.after).toBe(1 * 0.72 * 0.58 * 0.6 * 1 * 0.97 * 0.5 * 0.81);
  for (const [i, step] of steps.entries()) {
    expect(step.before).toBe(i === 0 ? 1 : (steps[i - 1]?.after ?? NaN));
  }
});
