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
export default function LineChart({ lines, label, height = "h-56", percent = false, range }: { lines: Line[]; label: string; height?: string; percent?: boolean; range?: readonly [number, number] }) {
  const { box, chart } = useChart(useAtomValue(themeAtom), useAtomValue(utcAtom));
  const series = useRef<Series[]>([]);
  const moved = useRef(false); // somebody has zoomed or scrolled: leave it where it is
  const shape = lines.map((l) => `${l.name}|${l.colour}|${l.scale ?? "right"}`).join();

  useEffect(() => {
    if (chart === null) return undefined;
    chart.applyOptions({ leftPriceScale: { visible: lines.some((l) => l.scale === "left") } });
    series.current = lines.map((line) => {
      const colour = cssColour(line.colour);
      const common = { priceScaleId: line.scale ?? "right", priceLineVisible: false, lastValueVisible: true, lineWidth: 2 as const };
      const fixed = range === undefined ? {} : { autoscaleInfoProvider: () => ({ priceRange: { minValue: range[0], maxValue: range[1] } }) };
      const format = percent ? { priceFormat: { type: "custom" as const, formatter: (v: number) => `${v.toFixed(1)} %` } } : {};
      return line.area === true
        ? chart.addSeries(AreaSeries, { ...common, ...format, ...fixed, lineColor: colour, topColor: `${colour}40`, bottomColor: `${colour}05` })
        : chart.addSeries(LineSeries, { ...common, ...format, ...fixed, color: colour, lineStyle: line.dashed === true ? LineStyle.Dashed : LineStyle.Solid });
    });
    moved.current = false;
    const element = box.current;
    const touch = () => {
      moved.current = true;
    };
    element?.addEventListener("wheel", touch, { passive: true });
    element?.addEventListener("pointerdown", touch);
    return () => {
      series.current = [];
      element?.removeEventListener("wheel", touch);
      element?.removeEventListener("pointerdown", touch);
    };
    // The lines' data follow in the next effect; series are made anew only when their kinds change.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [chart, shape, percent]);

  useEffect(() => {
    if (chart === null) return;
    lines.forEach((line, i) => {
      series.current[i]?.setData(dataOf(line));
    });
    if (!moved.current) chart.timeScale().fitContent();
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
