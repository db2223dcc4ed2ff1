import { cn } from "@/lib/cn";
import { cva, type VariantProps } from "class-variance-authority";
import type { ComponentProps } from "react";

const button = cva(
  "inline-flex min-h-9 cursor-pointer items-center justify-center gap-2 rounded-lg border px-3 py-1.5 text-sm font-medium whitespace-nowrap transition-colors disabled:cursor-not-allowed disabled:opacity-50",
  {
    variants: {
      variant: {
        outline: "border-border bg-card hover:border-accent",
        primary: "border-accent bg-accent/10 text-accent hover:bg-accent/20",
        danger: "border-danger bg-danger/10 text-danger hover:bg-danger/20",
        kill: "border-red-700 bg-red-700 text-white hover:bg-red-800",
        ghost: "border-transparent hover:border-border hover:bg-raised",
      },
    },
    defaultVariants: { variant: "outline" },
  },
);

export type ButtonLook = NonNullable<VariantProps<typeof button>["variant"]>;

export function Button({ className, variant, type, ...props }: ComponentProps<"button"> & VariantProps<typeof button>) {
  return <button type={type ?? "button"} className={cn(button({ variant }), className)} {...props} />;
}
