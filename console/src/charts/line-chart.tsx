import { createChart, LineSeries, type UTCTimestamp } from "lightweight-charts";
import { useEffect, useRef } from "react";

export interface Line {
  name: string;
  /** CSS variable of its colour. */
  colour: string;
  points: { ts_ms: number; value: number }[];
  scale?: "left" | "right";
}

function cssColour(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

/** Several lines over time; the last of equal stamps wins. */
export function LineChart({ lines, label, theme, height = "h-56" }: { lines: Line[]; label: string; theme: string; height?: string }) {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (box.current === null) return undefined;
    const chart = createChart(box.current, {
      autoSize: true,
      layout: { background: { color: cssColour("--card") }, textColor: cssColour("--muted"), attributionLogo: false },
      grid: { vertLines: { color: cssColour("--border") }, horzLines: { color: cssColour("--border") } },
      timeScale: { timeVisible: true },
      leftPriceScale: { visible: lines.some((l) => l.scale === "left") },
    });
    for (const line of lines) {
      const series = chart.addSeries(LineSeries, {
        color: cssColour(line.colour),
        lineWidth: 2,
        title: line.name,
        priceScaleId: line.scale ?? "right",
        priceLineVisible: false,
      });
      const bySecond = new Map<number, number>();
      for (const p of line.points) bySecond.set(Math.floor(p.ts_ms / 1000), p.value);
      series.setData(
        [...bySecond.entries()].sort((a, b) => a[0] - b[0]).map(([time, value]) => ({ time: time as UTCTimestamp, value })),
      );
    }
    chart.timeScale().fitContent();
    return () => {
      chart.remove();
    };
  }, [lines, theme]);
  return <div ref={box} className={`${height} w-full`} role="img" aria-label={label} />;
}
