import { cn } from "@/lib/cn";
import { cva, type VariantProps } from "class-variance-authority";
import type { ComponentProps } from "react";

const badge = cva("inline-flex items-center gap-1 rounded-md border px-2 py-0.5 text-xs font-medium whitespace-nowrap", {
  variants: {
    tone: {
      plain: "border-border text-foreground",
      muted: "border-border text-muted",
      accent: "border-accent text-accent",
      warning: "border-loss text-loss",
      danger: "border-danger bg-danger/15 text-danger",
      trending: "border-trending text-trending",
      range: "border-range text-range",
      volatile: "border-volatile text-volatile",
      unknown: "border-unknown text-unknown",
    },
  },
  defaultVariants: { tone: "plain" },
});

export type BadgeTone = NonNullable<VariantProps<typeof badge>["tone"]>;

export function Badge({ className, tone, ...props }: ComponentProps<"span"> & VariantProps<typeof badge>) {
  return <span className={cn(badge({ tone }), className)} {...props} />;
}
