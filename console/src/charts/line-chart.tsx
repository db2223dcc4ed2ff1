import { themeAtom, utcAtom } from "@/state/atoms";
import { AreaSeries, LineSeries, LineStyle, type ISeriesApi } from "lightweight-charts";
import { useAtomValue } from "jotai";
import { useEffect, useRef } from "react";
import { cssColour, seconds, useChart } from "./use-chart";

export interface Line {
  name: string;
  /** CSS variable of its colour. */
  colour: string;
  points: { ts_ms: number; value: number | null }[];
  scale?: "left" | "right";
  area?: boolean;
  dashed?: boolean;
}

type Series = ISeriesApi<"Line"> | ISeriesApi<"Area">;

function dataOf(line: Line) {
  const bySecond = new Map<number, number>();
  for (const p of line.points) if (p.value !== null) bySecond.set(seconds(p.ts_ms), p.value);
  return [...bySecond.entries()].sort((a, b) => a[0] - b[0]).map(([time, value]) => ({ time: time as ReturnType<typeof seconds>, value }));
}

/** Several lines over time; the last of equal stamps wins. */
export default function LineChart({ lines, label, height = "h-56", percent = false }: { lines: Line[]; label: string; height?: string; percent?: boolean }) {
  const { box, chart } = useChart(useAtomValue(themeAtom), useAtomValue(utcAtom));
  const series = useRef<Series[]>([]);
  const fitted = useRef(0);
  const shape = lines.map((l) => `${l.name}|${l.colour}|${l.scale ?? "right"}`).join();

  useEffect(() => {
    if (chart === null) return undefined;
    chart.applyOptions({ leftPriceScale: { visible: lines.some((l) => l.scale === "left") } });
    series.current = lines.map((line) => {
      const colour = cssColour(line.colour);
      const common = { priceScaleId: line.scale ?? "right", priceLineVisible: false, lastValueVisible: true, lineWidth: 2 as const };
      const format = percent ? { priceFormat: { type: "custom" as const, formatter: (v: number) => `${v.toFixed(1)} %` } } : {};
      return line.area === true
        ? chart.addSeries(AreaSeries, { ...common, ...format, lineColor: colour, topColor: `${colour}40`, bottomColor: `${colour}05` })
        : chart.addSeries(LineSeries, { ...common, ...format, color: colour, lineStyle: line.dashed === true ? LineStyle.Dashed : LineStyle.Solid });
    });
    fitted.current = 0;
    return () => {
      series.current = [];
    };
    // The lines' data follow in the next effect; series are made anew only when their kinds change.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [chart, shape, percent]);

  useEffect(() => {
    if (chart === null) return;
    let most = 0;
    lines.forEach((line, i) => {
      const data = dataOf(line);
      most = Math.max(most, data.length);
      series.current[i]?.setData(data);
    });
    // Fit while everything is in sight; leave it alone once somebody has zoomed in.
    const range = chart.timeScale().getVisibleLogicalRange();
    const all = fitted.current === 0 || range === null || (range.from <= 1 && range.to >= fitted.current - 2);
    if (all) chart.timeScale().fitContent();
    fitted.current = most;
  }, [chart, lines, shape]);

  return (
    <div>
      <Legend lines={lines} />
      <div ref={box} className={`${height} w-full`} role="img" aria-label={label} />
    </div>
  );
}

function Legend({ lines }: { lines: Line[] }) {
  return (
    <ul className="mb-1 flex flex-wrap gap-x-4 text-xs text-muted">
      {lines.map((l) => (
        <li key={l.name} className="flex items-center gap-1.5">
          <span
            aria-hidden="true"
            className="inline-block h-0.5 w-4"
            style={l.dashed === true ? { background: `repeating-linear-gradient(90deg,var(${l.colour}) 0 4px,transparent 4px 7px)` } : { background: `var(${l.colour})` }}
          />
          {l.name}
          {l.scale === "left" ? " (left)" : ""}
        </li>
      ))}
    </ul>
  );
}
