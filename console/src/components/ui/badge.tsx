import { cn } from "@/lib/cn";
import { cva, type VariantProps } from "class-variance-authority";
import type { ComponentProps } from "react";

const badge = cva("inline-flex items-center gap-1 rounded-full border px-2 py-px text-xs font-medium whitespace-nowrap", {
  variants: {
    tone: {
      plain: "border-border text-foreground",
      muted: "border-border text-muted",
      accent: "border-accent/60 bg-accent/10 text-accent",
      warning: "border-warning/60 bg-warning/10 text-warning",
      danger: "border-danger/70 bg-danger/10 text-danger",
      trending: "border-trending/60 bg-trending/10 text-trending",
      range: "border-range/60 bg-range/10 text-range",
      volatile: "border-volatile/60 bg-volatile/10 text-volatile",
      unknown: "border-unknown/60 bg-unknown/10 text-unknown",
      live: "border-red-700 bg-red-700 text-white",
    },
  },
  defaultVariants: { tone: "plain" },
});

export type BadgeTone = NonNullable<VariantProps<typeof badge>["tone"]>;

export function Badge({ className, tone, ...props }: ComponentProps<"span"> & VariantProps<typeof badge>) {
  return <span className={cn(badge({ tone }), className)} {...props} />;
}
