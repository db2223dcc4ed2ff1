import { expect, test } from "bun:test";
import { metricName, metricText } from "./metrics";

test("metrics read in their own unit, undefined ones as a dash", () => {
  expect(metricText("max_drawdown", 0.1234)).toBe("12.34 %");
  expect(metricText("trades", 1234)).toBe("1,234");
  expect(metricText("sharpe", null)).toBe("–");
  expect(metricText("turnover", 3.5)).toBe("3.50×");
  expect(metricName("something_new")).toBe("something new");
});
