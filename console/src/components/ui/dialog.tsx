import { cn } from "@/lib/cn";
import { useEffect, useId, useRef, type ReactNode } from "react";

/** A modal with a title and a description. The browser's own <dialog>: it traps focus, closes on Escape,
 * makes the rest inert, and needs no inline style, which the content policy forbids. */
export function Dialog({
  open,
  onOpenChange,
  title,
  description,
  children,
  className,
}: {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: string;
  description: string;
  children: ReactNode;
  className?: string;
}) {
  const box = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => {
    if (open && box.current?.open === false) box.current.showModal();
    if (!open && box.current?.open === true) box.current.close();
  }, [open]);
  if (!open) return null;
  return (
    <dialog
      ref={box}
      aria-labelledby={`${id}-title`}
      aria-describedby={`${id}-text`}
      onClose={() => {
        onOpenChange(false);
      }}
      onClick={(e) => {
        if (e.target === box.current) onOpenChange(false);
      }}
      className={cn(
        "m-auto max-h-[92dvh] w-[min(42rem,96vw)] overflow-hidden rounded-xl border border-border bg-card p-0 text-foreground shadow-2xl",
        className,
      )}
    >
      <div className="max-h-[92dvh] overflow-y-auto p-4 sm:p-5">
        <div className="mb-3 flex items-start gap-3">
          <div className="min-w-0 grow">
            <h2 id={`${id}-title`} className="text-base font-semibold break-words">
              {title}
            </h2>
            <p id={`${id}-text`} className="text-sm text-muted">
              {description}
            </p>
          </div>
          <button
            type="button"
            aria-label="Close"
            className="size-9 shrink-0 cursor-pointer rounded-md text-lg leading-none text-muted hover:bg-raised hover:text-foreground"
            onClick={() => {
              onOpenChange(false);
            }}
          >
            ×
          </button>
        </div>
        {children}
      </div>
    </dialog>
  );
}
