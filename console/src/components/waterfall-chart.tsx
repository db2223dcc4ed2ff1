import type { Factors } from "@/api/types";
import { factor, percent } from "@/lib/format";
import { waterfall } from "@/lib/waterfall";

/** From 1.0 to the multiplier: one row a factor, the bar shows what is left after it. */
export function WaterfallChart({ factors, multiplier }: { factors: Factors; multiplier: number }) {
  return (
    <div role="table" aria-label="Risk factors, from 1.0 to the position size multiplier" className="space-y-1">
      {waterfall(factors).map((step) => (
        <div role="row" key={step.name} className="grid grid-cols-[7rem_1fr_4rem_4rem] items-center gap-2 text-sm" data-factor={step.factor}>
          <span role="cell" className="text-muted">
            {step.name}
          </span>
          <span role="cell" className="relative h-4 rounded bg-border/40" title={`${percent(step.after)} left`}>
            <span className="absolute inset-y-0 left-0 rounded bg-accent" style={{ width: percent(step.after, 2).replace(" ", "") }} />
            <span
              className="absolute inset-y-0 rounded-r bg-loss/60"
              style={{ left: percent(step.after, 2).replace(" ", ""), width: percent(step.before - step.after, 2).replace(" ", "") }}
            />
          </span>
          <span role="cell" className="num">
            {factor(step.factor)}
          </span>
          <span role="cell" className="num">
            {step.after.toFixed(3)}
          </span>
        </div>
      ))}
      <p className="pt-1 text-sm">
        Position size multiplier: <strong className="num">{multiplier.toFixed(3)}</strong>
      </p>
    </div>
  );
}
