import { expect, test } from "bun:test";
import { slice } from "./virtual";

test("what is in sight is drawn, wherever the list stands", () => {
  for (const scrollTop of [0, 1, 35, 36, 1000, 179_400, 360_000, 500_000]) {
    const { first, last } = slice(scrollTop, 600, 36, 10_000);
    const top = Math.min(Math.floor(scrollTop / 36), 9_999);
    expect(first).toBeLessThanOrEqual(top);
    expect(last).toBeGreaterThanOrEqual(Math.min(10_000, Math.floor((scrollTop + 600) / 36) + 1));
    expect(last - first).toBeLessThan(60);
  }
});

test("short and empty lists are drawn whole", () => {
  expect(slice(0, 600, 36, 3)).toEqual({ first: 0, last: 3 });
  expect(slice(0, 600, 36, 0)).toEqual({ first: 0, last: 0 });
});
