import { cn } from "@/lib/cn";
import type { ComponentProps, ReactNode } from "react";

export function Card({ className, ...props }: ComponentProps<"section">) {
  return <section className={cn("min-w-0 rounded-xl border border-border bg-card p-3 sm:p-4", className)} {...props} />;
}

export function CardTitle({ className, children, aside, ...props }: ComponentProps<"h2"> & { aside?: ReactNode }) {
  return (
    <div className="mb-2 flex flex-wrap items-baseline justify-between gap-x-4 gap-y-1">
      <h2 className={cn("text-sm font-semibold", className)} {...props}>
        {children}
      </h2>
      {aside !== undefined && <div className="text-xs text-muted">{aside}</div>}
    </div>
  );
}
