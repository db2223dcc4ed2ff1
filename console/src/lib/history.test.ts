import { expect, test } from "bun:test";
import type { FillView, PairHistory } from "@/api/types";
import { marksOf, regimeOfBars, stopOfBars } from "./history";

const MIN = 60_000;
const fill = (ts: number, id: string, quantity: string): FillView => ({ ts_ms: ts, client_id: id, quantity, side: "buy", pair: "cmt_btcusdt", price: "1", fee: "0", maker: true, realised_pnl: "0", venue_fill_id: String(ts) });
const history: PairHistory = {
  pair: "cmt_btcusdt",
  interval_ms: 15 * MIN,
  bars: [0, 15, 30, 45].map((m) => [m * MIN, "1", "1", "1", "1", "1"]),
  regimes: [{ ts_ms: 30 * MIN, regime: "trending", confidence: 0.7, posterior: null }],
  forecasts: [],
  guard: [],
  stops: [{ ts_ms: 20 * MIN, price: "0.9" }, { ts_ms: 40 * MIN, price: "0.95" }, { ts_ms: 50 * MIN, price: null }],
  fills: [fill(16 * MIN, "rg3fa9c1-btc-900000-s-e1", "0.5"), fill(17 * MIN, "rg3fa9c1-btc-900000-s-e1", "0.25"), fill(47 * MIN, "rg3fa9c1-btc-900000-s-s1", "0.75")],
};

test("a regime belongs to the bar that closed with it", () => {
  expect(regimeOfBars(history)).toEqual(["unknown", "trending", "unknown", "unknown"]);
});

test("the stop at a bar's end is the last one told by then", () => {
  expect(stopOfBars(history)).toEqual([null, 0.9, 0.95, null]);
});

test("an order's fills within a bar are one mark, named after the order's role", () => {
  expect(marksOf(history).map((m) => [m.ts_ms / MIN, m.role, m.quantity])).toEqual([[15, "entry", 0.75], [45, "stop", 0.75]]);
});
