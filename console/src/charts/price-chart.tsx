// Candles with the regimes as background bands, entries, exits and stops on top.

import type { PairHistory, Regime } from "@/api/types";
import { REGIMES } from "@/components/badges";
import { price, priceDigits } from "@/lib/format";
import { marksOf, regimeOfBars, stopOfBars } from "@/lib/history";
import { themeAtom, utcAtom } from "@/state/atoms";
import { useTime } from "@/state/use-time";
import {
  CandlestickSeries,
  createSeriesMarkers,
  HistogramSeries,
  LineSeries,
  LineStyle,
  LineType,
  type IChartApi,
  type ISeriesApi,
  type ISeriesMarkersPluginApi,
  type SeriesMarker,
  type Time,
} from "lightweight-charts";
import { useAtomValue } from "jotai";
import { useEffect, useRef, useState } from "react";
import { RegimeBands } from "./regime-bands";
import { cssColour, seconds, useChart } from "./use-chart";

interface Parts {
  candles: ISeriesApi<"Candlestick">;
  volume: ISeriesApi<"Histogram">;
  stops: ISeriesApi<"Line">;
  bands: RegimeBands;
  markers: ISeriesMarkersPluginApi<Time>;
}

const ALPHA = "26"; // of the bands: 15 %
const SHOWN_AT_FIRST = 160;

function build(chart: IChartApi, digits: number): Parts {
  const candles = chart.addSeries(CandlestickSeries, {
    upColor: cssColour("--gain"),
    downColor: cssColour("--loss"),
    wickUpColor: cssColour("--gain"),
    wickDownColor: cssColour("--loss"),
    borderVisible: false,
    priceFormat: { type: "price", precision: digits, minMove: 10 ** -digits },
  });
  const volume = chart.addSeries(HistogramSeries, { priceScaleId: "volume", color: `${cssColour("--muted")}50`, priceLineVisible: false, lastValueVisible: false });
  chart.priceScale("volume").applyOptions({ scaleMargins: { top: 0.86, bottom: 0 } });
  candles.priceScale().applyOptions({ scaleMargins: { top: 0.08, bottom: 0.16 } });
  const stops = chart.addSeries(LineSeries, { color: cssColour("--danger"), lineWidth: 2, lineStyle: LineStyle.Dashed, lineType: LineType.WithSteps, priceLineVisible: false, lastValueVisible: true, crosshairMarkerVisible: false, title: "stop" });
  const colours = Object.fromEntries(Object.entries(REGIMES).map(([r, look]) => [r, `${cssColour(look.colour)}${ALPHA}`])) as Record<Regime, string>;
  const bands = new RegimeBands(chart, colours);
  candles.attachPrimitive(bands);
  return { candles, volume, stops, bands, markers: createSeriesMarkers(candles, []) };
}

function fill(parts: Parts, history: PairHistory) {
  parts.candles.setData(history.bars.map(([ts, o, h, l, c]) => ({ time: seconds(ts), open: Number(o), high: Number(h), low: Number(l), close: Number(c) })));
  parts.volume.setData(history.bars.map(([ts, , , , , v]) => ({ time: seconds(ts), value: Number(v) })));
  const levels = stopOfBars(history);
  parts.stops.setData(
    history.bars.map(([ts], i) => {
      const level = levels[i];
      return level === null || level === undefined ? { time: seconds(ts) } : { time: seconds(ts), value: level };
    }),
  );
  parts.bands.set(regimeOfBars(history));
  const first = history.bars[0]?.[0] ?? 0;
  parts.markers.setMarkers(
    marksOf(history)
      .filter((m) => m.ts_ms >= first)
      .map(
        (m): SeriesMarker<Time> => ({
          time: seconds(m.ts_ms),
          position: m.side === "buy" ? "belowBar" : "aboveBar",
          shape: m.role === "entry" ? (m.side === "buy" ? "arrowUp" : "arrowDown") : m.role === "stop" ? "square" : "circle",
          color: m.role === "stop" ? cssColour("--danger") : cssColour(m.side === "buy" ? "--gain" : "--loss"),
          text: m.role,
        }),
      ),
  );
}

interface Hover {
  index: number;
}

export default function PriceChart({ history }: { history: PairHistory }) {
  const { box, chart } = useChart(useAtomValue(themeAtom), useAtomValue(utcAtom));
  const parts = useRef<Parts | null>(null);
  const placed = useRef(false);
  const digits = priceDigits(Number(history.bars.at(-1)?.[4] ?? 0));
  const [hover, setHover] = useState<Hover | null>(null);

  useEffect(() => {
    if (chart === null) return undefined;
    parts.current = build(chart, digits);
    placed.current = false;
    const moved = (e: { logical?: number | undefined }) => {
      setHover(e.logical === undefined ? null : { index: Math.round(e.logical) });
    };
    chart.subscribeCrosshairMove(moved);
    return () => {
      parts.current = null;
    };
  }, [chart, digits]);

  useEffect(() => {
    if (chart === null || parts.current === null) return;
    fill(parts.current, history);
    if (!placed.current && history.bars.length > 0) {
      chart.timeScale().setVisibleLogicalRange({ from: history.bars.length - SHOWN_AT_FIRST, to: history.bars.length + 4 });
      placed.current = true;
    }
  }, [chart, history, digits]);

  return (
    <div>
      <Readout history={history} index={hover?.index ?? history.bars.length - 1} />
      <div ref={box} className="h-80 w-full sm:h-96 min-[2200px]:h-[34rem]" role="img" aria-label={`Price of ${history.pair} with regimes, fills and stops`} />
      <ul className="mt-2 flex flex-wrap gap-x-4 gap-y-1 text-xs text-muted" aria-label="Legend">
        {Object.values(REGIMES).map((r) => (
          <li key={r.name} className="flex items-center gap-1.5">
            <span aria-hidden="true" className="inline-block size-3 rounded-sm border border-border" style={{ background: `color-mix(in srgb, var(${r.colour}) 35%, transparent)` }} />
            {r.mark} {r.name}
          </li>
        ))}
        <li>▲▼ entry</li>
        <li>● exit</li>
        <li className="text-danger">■ stopped, ┄ stop</li>
      </ul>
    </div>
  );
}

/** What stands under the cursor, or the last bar. */
function Readout({ history, index }: { history: PairHistory; index: number }) {
  const time = useTime();
  const bar = history.bars[index] ?? history.bars.at(-1);
  if (bar === undefined) return null;
  const [open, o, h, l, c] = bar;
  const regime = history.regimes.find((r) => r.ts_ms === open + history.interval_ms);
  const look = REGIMES[regime?.regime ?? "unknown"];
  return (
    <p className="figures mb-1 flex min-h-5 flex-wrap gap-x-3 text-xs text-muted">
      <span>{time(open)}</span>
      <span>
        O {price(o)} H {price(h)} L {price(l)} C <strong className="text-foreground">{price(c)}</strong>
      </span>
      <span>
        {look.mark} {look.name}
        {regime !== undefined && regime.regime !== "unknown" ? ` ${(100 * regime.confidence).toFixed(0)} %` : ""}
      </span>
    </p>
  );
}
