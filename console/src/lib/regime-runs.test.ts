import { expect, test } from "bun:test";
import { runsOf } from "./regime-runs";

test("neighbouring bars of one regime make one band, and bands touch", () => {
  const runs = runsOf(["trending", "trending", "unknown", "trending"]);
  expect(runs).toEqual([
    { first: 0, last: 1, regime: "trending" },
    { first: 2, last: 2, regime: "unknown" },
    { first: 3, last: 3, regime: "trending" },
  ]);
  expect(runsOf([])).toEqual([]);
});
