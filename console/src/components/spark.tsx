import type { SparkPoint } from "@/api/types";
import { REGIMES } from "@/components/badges";
import { runsOf } from "@/lib/regime-runs";

/** A day of closes as a line, the regime of each bar as a strip below. */
export function Spark({ points, last, label }: { points: SparkPoint[]; last: number; label: string }) {
  const closes = points.map((p) => Number(p[1]));
  if (last > 0) closes.push(last);
  if (closes.length < 2) return <div className="h-14" aria-hidden="true" />;
  const width = 240;
  const height = 48;
  const low = Math.min(...closes);
  const span = Math.max(...closes) - low || 1;
  const x = (i: number) => (i / (closes.length - 1)) * width;
  const y = (v: number) => height - 3 - ((v - low) / span) * (height - 6);
  const line = closes.map((v, i) => `${x(i).toFixed(1)},${y(v).toFixed(1)}`).join(" ");
  const up = (closes.at(-1) ?? 0) >= (closes[0] ?? 0);
  return (
    <svg viewBox={`0 0 ${String(width)} 56`} className={`h-14 w-full ${up ? "text-gain" : "text-loss"}`} preserveAspectRatio="none" role="img" aria-label={label}>
      <polygon points={`0,${String(height)} ${line} ${String(width)},${String(height)}`} fill="currentColor" opacity="0.12" />
      <polyline points={line} fill="none" stroke="currentColor" strokeWidth="1.6" vectorEffect="non-scaling-stroke" />
      {runsOf(points.map((p) => p[2])).map((run) => (
        <rect key={run.first} x={x(run.first)} y="51" width={x(run.last + 1) - x(run.first)} height="5" fill={`var(${REGIMES[run.regime].colour})`} />
      ))}
    </svg>
  );
}
