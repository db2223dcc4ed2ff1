import { cn } from "@/lib/cn";
import { cva, type VariantProps } from "class-variance-authority";
import type { ComponentProps } from "react";

const button = cva(
  "inline-flex min-h-9 cursor-pointer items-center justify-center gap-2 rounded-md border px-3 py-1.5 text-sm font-medium disabled:cursor-not-allowed disabled:opacity-50",
  {
    variants: {
      variant: {
        outline: "border-border bg-card hover:border-accent",
        primary: "border-accent text-accent hover:bg-accent/10",
        danger: "border-danger text-danger hover:bg-danger/15",
        ghost: "border-transparent hover:border-border",
      },
    },
    defaultVariants: { variant: "outline" },
  },
);

export function Button({ className, variant, type, ...props }: ComponentProps<"button"> & VariantProps<typeof button>) {
  return <button type={type ?? "button"} className={cn(button({ variant }), className)} {...props} />;
}
