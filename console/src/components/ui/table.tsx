import { cn } from "@/lib/cn";
import type { ComponentProps, ReactNode } from "react";

/** A table that scrolls sideways inside its own box, never the page. */
export function Table({ label, head, children, className }: { label: string; head: ReactNode; children: ReactNode; className?: string }) {
  return (
    <div className={cn("overflow-x-auto", className)} tabIndex={0} role="region" aria-label={label}>
      <table className="figures w-full border-collapse text-sm">
        <thead className="text-left text-xs text-muted">
          <tr>{head}</tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </div>
  );
}

export function Th({ className, ...props }: ComponentProps<"th">) {
  return <th scope="col" className={cn("border-b border-border px-2 py-1.5 font-medium whitespace-nowrap", className)} {...props} />;
}

export function Td({ className, ...props }: ComponentProps<"td">) {
  return <td className={cn("border-b border-border/60 px-2 py-1.5 align-top", className)} {...props} />;
}
