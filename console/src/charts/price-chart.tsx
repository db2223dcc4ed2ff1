// Candles with the regimes as background bands, and entries, exits and the stop on top.

import type { PairHistory, Regime } from "@/api/types";
import {
  CandlestickSeries,
  createChart,
  createSeriesMarkers,
  HistogramSeries,
  type IChartApi,
  type SeriesMarker,
  type Time,
  type UTCTimestamp,
} from "lightweight-charts";
import { useEffect, useRef } from "react";

function cssColour(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

const BAND: Record<Regime, string> = {
  trending: "--trending",
  range_bound: "--range",
  high_volatility: "--volatile",
  unknown: "--unknown",
};

function seconds(ms: number): UTCTimestamp {
  return Math.floor(ms / 1000) as UTCTimestamp;
}

function draw(chart: IChartApi, history: PairHistory, stopPrice: number | null) {
  // Bands: a full-height histogram on a scale of its own, behind the candles.
  const bands = chart.addSeries(HistogramSeries, { priceScaleId: "bands", priceLineVisible: false, lastValueVisible: false });
  chart.priceScale("bands").applyOptions({ scaleMargins: { top: 0, bottom: 0 }, visible: false });
  bands.setData(
    history.regimes.map((r) => ({
      time: seconds(r.ts_ms - history.interval_ms),
      value: 1,
      color: `${cssColour(BAND[r.regime])}2e`,
    })),
  );
  const candles = chart.addSeries(CandlestickSeries, {
    upColor: cssColour("--gain"),
    downColor: cssColour("--loss"),
    wickUpColor: cssColour("--gain"),
    wickDownColor: cssColour("--loss"),
    borderVisible: false,
  });
  candles.setData(history.bars.map(([ts, open, high, low, close]) => ({ time: seconds(ts), open, high, low, close })));
  const markers: SeriesMarker<Time>[] = history.fills.map((f) => ({
    time: seconds(f.ts_ms - (f.ts_ms % history.interval_ms)),
    position: f.side === "buy" ? "belowBar" : "aboveBar",
    shape: f.side === "buy" ? "arrowUp" : "arrowDown",
    color: cssColour(f.side === "buy" ? "--gain" : "--loss"),
    text: `${f.side} ${f.quantity}`,
  }));
  createSeriesMarkers(candles, markers);
  if (stopPrice !== null) {
    candles.createPriceLine({ price: stopPrice, color: cssColour("--danger"), lineStyle: 2, title: "stop" });
  }
}

export function PriceChart({ history, stopPrice, theme }: { history: PairHistory; stopPrice: number | null; theme: string }) {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (box.current === null) return undefined;
    const chart = createChart(box.current, {
      autoSize: true,
      layout: { background: { color: cssColour("--card") }, textColor: cssColour("--muted"), attributionLogo: false },
      grid: { vertLines: { color: cssColour("--border") }, horzLines: { color: cssColour("--border") } },
      timeScale: { timeVisible: true },
    });
    draw(chart, history, stopPrice);
    chart.timeScale().fitContent();
    return () => {
      chart.remove();
    };
  }, [history, stopPrice, theme]);
  return <div ref={box} className="h-80 w-full" role="img" aria-label={`Price of ${history.pair} with regimes, fills and stop`} />;
}
