import { expect, test } from "bun:test";
import { flat, plain } from "./run-view";

test("a window's runs become columns, intervals read as estimate and bounds", () => {
  const row = { span: "2022", skipped: null, guarded: { total_return: 0.02, trades: 7, volatility: 1 }, sharpe: { estimate: 0.5, lower_95: -0.1, upper_95: 1 } };
  expect(flat(row)).toEqual({ span: "2022", skipped: null, "guarded total_return": 0.02, "guarded trades": 7, sharpe: row.sharpe });
  expect(plain(row.sharpe)).toBe("0.5000 [-0.1000, 1]");
});
