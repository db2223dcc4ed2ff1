import { cn } from "@/lib/cn";
import { percent } from "@/lib/format";

/** How much of a limit is used: a bar with the warning mark at 80 %. */
export function Meter({ used, label, className }: { used: number; label: string; className?: string }) {
  const share = Math.max(0, Math.min(1, used));
  const colour = used >= 1 ? "bg-danger" : used >= 0.8 ? "bg-warning" : "bg-accent";
  return (
    <div
      role="meter"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.round(100 * share)}
      aria-valuetext={percent(used, 0)}
      className={cn("relative h-1.5 w-full overflow-hidden rounded-full bg-border/70", className)}
    >
      <div className={cn("h-full rounded-full", colour)} style={{ width: `${(100 * share).toFixed(1)}%` }} />
      <div className="absolute inset-y-0 left-[80%] w-px bg-foreground/40" aria-hidden="true" />
    </div>
  );
}
