// A pair's history, bar by bar, as the charts want it.

import type { PairHistory, Regime } from "@/api/types";
import { orderOf } from "@/lib/format";

/** The regime in force at each bar's close; unknown where none is told. */
export function regimeOfBars(history: PairHistory): Regime[] {
  const byClose = new Map(history.regimes.map((r) => [r.ts_ms, r.regime]));
  return history.bars.map(([open]) => byClose.get(open + history.interval_ms) ?? "unknown");
}

/** The stop that rested at the end of each bar; null where none did. */
export function stopOfBars(history: PairHistory): (number | null)[] {
  let next = 0;
  let level: number | null = null;
  return history.bars.map(([open]) => {
    while (next < history.stops.length && (history.stops[next]?.ts_ms ?? 0) <= open + history.interval_ms) {
      const price = history.stops[next]?.price ?? null;
      level = price === null ? null : Number(price);
      next += 1;
    }
    return level;
  });
}

export interface Mark {
  /** Open time of the bar, ms. */
  ts_ms: number;
  side: "buy" | "sell";
  role: string;
  quantity: number;
}

/** Fills of one order within one bar drawn as one mark. */
export function marksOf(history: PairHistory): Mark[] {
  const marks = new Map<string, Mark>();
  for (const f of [...history.fills].sort((a, b) => a.ts_ms - b.ts_ms)) {
    const bar = f.ts_ms - (f.ts_ms % history.interval_ms);
    const key = `${f.client_id}@${String(bar)}`;
    const known = marks.get(key);
    if (known) known.quantity += Number(f.quantity);
    else marks.set(key, { ts_ms: bar, side: f.side, role: orderOf(f.client_id)?.role ?? (Number(f.realised_pnl) === 0 ? "entry" : "exit"), quantity: Number(f.quantity) });
  }
  return [...marks.values()].sort((a, b) => a.ts_ms - b.ts_ms);
}
