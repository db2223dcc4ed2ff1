// One lightweight-charts instance for the life of a component: data may change without losing where
// one has scrolled and zoomed to.

import { createChart, type IChartApi, type UTCTimestamp } from "lightweight-charts";
import { useEffect, useRef, useState, type RefObject } from "react";

export function cssColour(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

export function seconds(ms: number): UTCTimestamp {
  return Math.floor(ms / 1000) as UTCTimestamp;
}

function clock(utc: boolean, s: number, options: Intl.DateTimeFormatOptions): string {
  return new Date(1000 * s).toLocaleString("en-GB", { ...options, hour12: false, ...(utc ? { timeZone: "UTC" } : {}) });
}

/** @param theme  a chart is made anew when it changes: its colours are fixed at the start. */
export function useChart(theme: string, utc: boolean): { box: RefObject<HTMLDivElement | null>; chart: IChartApi | null } {
  const box = useRef<HTMLDivElement>(null);
  const [chart, setChart] = useState<IChartApi | null>(null);
  useEffect(() => {
    if (box.current === null) return undefined;
    const size = Number.parseFloat(getComputedStyle(document.documentElement).fontSize);
    const made = createChart(box.current, {
      autoSize: true,
      layout: {
        background: { color: "transparent" },
        textColor: cssColour("--muted"),
        fontSize: Math.round(size * 0.75),
        attributionLogo: false,
      },
      grid: { vertLines: { color: cssColour("--grid") }, horzLines: { color: cssColour("--grid") } },
      timeScale: {
        timeVisible: true,
        secondsVisible: false,
        borderColor: cssColour("--border"),
        tickMarkFormatter: (time: number, type: number) =>
          clock(utc, time, type < 3 ? { day: "2-digit", month: "short" } : { hour: "2-digit", minute: "2-digit" }),
      },
      localization: {
        timeFormatter: (time: number) =>
          `${clock(utc, time, { year: "numeric", month: "short", day: "2-digit", hour: "2-digit", minute: "2-digit" })}${utc ? " UTC" : ""}`,
      },
      rightPriceScale: { borderColor: cssColour("--border") },
      leftPriceScale: { borderColor: cssColour("--border") },
      crosshair: { mode: 0 },
    });
    setChart(made);
    return () => {
      setChart(null);
      made.remove();
    };
  }, [theme, utc]);
  return { box, chart };
}
