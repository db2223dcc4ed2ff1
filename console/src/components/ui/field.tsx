import { cn } from "@/lib/cn";
import type { ComponentProps } from "react";

const box = "min-h-9 w-full rounded-lg border border-border bg-background px-2.5 py-1 text-sm";

export function Input({ className, ...props }: ComponentProps<"input">) {
  return <input className={cn(box, className)} {...props} />;
}

export function Select({ className, ...props }: ComponentProps<"select">) {
  return <select className={cn(box, "w-auto", className)} {...props} />;
}

export function Label({ className, children, ...props }: ComponentProps<"label">) {
  return (
    <label className={cn("mb-0.5 block text-xs font-medium text-muted", className)} {...props}>
      {children}
    </label>
  );
}
