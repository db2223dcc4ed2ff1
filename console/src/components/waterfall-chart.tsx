import type { Factors } from "@/api/types";
import { factor, percent } from "@/lib/format";
import { waterfall } from "@/lib/waterfall";

function share(value: number): string {
  return `${(100 * Math.max(0, Math.min(1, value))).toFixed(2)}%`;
}

const GRID = "grid grid-cols-[6.5rem_1fr_3.5rem_3.5rem] items-center gap-2";

/** From 1.0 to the multiplier: one row a factor; the bar shows what is left after it and what it took. */
export function WaterfallChart({ factors, multiplier }: { factors: Factors; multiplier: number }) {
  return (
    <div role="table" aria-label="Risk factors, from 1.0 to the position size multiplier" className="figures space-y-1 text-sm">
      <div role="row" className={`${GRID} text-xs text-muted`}>
        <span role="columnheader">factor</span>
        <span role="columnheader">share of the full size that is left</span>
        <span role="columnheader" className="num">
          factor
        </span>
        <span role="columnheader" className="num">
          left
        </span>
      </div>
      {waterfall(factors).map((step) => (
        <div role="row" key={step.name} className={GRID} data-factor={step.factor}>
          <span role="cell">{step.name}</span>
          <span role="cell" className="relative block h-4 overflow-hidden rounded bg-border/40" title={`${percent(step.after)} left`}>
            <span className="absolute inset-y-0 left-0 bg-accent/80" style={{ width: share(step.after) }} />
            <span
              className="absolute inset-y-0 bg-[repeating-linear-gradient(45deg,var(--loss)_0_3px,transparent_3px_6px)]"
              style={{ left: share(step.after), width: share(step.before - step.after) }}
            />
          </span>
          <span role="cell" className={`num ${step.factor < 1 ? "font-semibold text-loss" : "text-muted"}`}>
            {factor(step.factor)}
          </span>
          <span role="cell" className="num">
            {step.after.toFixed(3)}
          </span>
        </div>
      ))}
      <div role="row" className={`${GRID} border-t border-border pt-1 font-semibold`}>
        <span role="cell">multiplier</span>
        <span role="cell" />
        <span role="cell" />
        <span role="cell" className="num" data-testid="multiplier" data-value={multiplier}>
          {multiplier.toFixed(3)}
        </span>
      </div>
    </div>
  );
}
