import { cn } from "@/lib/cn";
import { slice } from "@/lib/virtual";
import { useEffect, useLayoutEffect, useMemo, useRef, useState, type ReactNode } from "react";

export interface Column<Row> {
  key: string;
  name: string;
  /** CSS grid width, e.g. "8rem" or "minmax(12rem,1fr)". */
  width: string;
  num?: boolean;
  cell: (row: Row) => ReactNode;
}

const NARROW = "(max-width: 767px)";
const ROW_REM = 2.4;

function useMatches(query: string): boolean {
  const [matches, setMatches] = useState(() => window.matchMedia(query).matches);
  useEffect(() => {
    const media = window.matchMedia(query);
    const update = () => {
      setMatches(media.matches);
    };
    media.addEventListener("change", update);
    return () => {
      media.removeEventListener("change", update);
    };
  }, [query]);
  return matches;
}

/** A long table of which only what is in sight is drawn: ten thousand rows scroll as smoothly as ten.
 * On narrow screens each row becomes a card. */
export function VirtualTable<Row>({
  label,
  rows,
  columns,
  rowKey,
  card,
  cardRem = 5.6,
  onEnd,
  className,
}: {
  label: string;
  rows: Row[];
  columns: Column<Row>[];
  rowKey: (row: Row) => string;
  card: (row: Row) => ReactNode;
  cardRem?: number;
  /** Called when the end comes into sight. */
  onEnd?: () => void;
  className?: string;
}) {
  const box = useRef<HTMLDivElement>(null);
  const narrow = useMatches(NARROW);
  const rem = useMemo(() => Number.parseFloat(getComputedStyle(document.documentElement).fontSize), []);
  const rowHeight = Math.round((narrow ? cardRem : ROW_REM) * rem);
  const [shown, setShown] = useState({ first: 0, last: 40 });

  useLayoutEffect(() => {
    const element = box.current;
    if (element === null) return undefined;
    const update = () => {
      const next = slice(element.scrollTop, element.clientHeight, rowHeight, rows.length);
      setShown((now) => (now.first === next.first && now.last === next.last ? now : next));
    };
    update();
    element.addEventListener("scroll", update, { passive: true });
    const resized = new ResizeObserver(update);
    resized.observe(element);
    return () => {
      element.removeEventListener("scroll", update);
      resized.disconnect();
    };
  }, [rowHeight, rows.length]);

  useEffect(() => {
    if (rows.length > 0 && shown.last >= rows.length) onEnd?.();
  }, [shown.last, rows.length, onEnd]);

  const grid = "grid items-center gap-x-3 px-2";
  const widths = { gridTemplateColumns: columns.map((c) => c.width).join(" ") };
  return (
    <div
      ref={box}
      role="table"
      aria-label={label}
      aria-rowcount={rows.length + 1}
      tabIndex={0}
      className={cn("figures relative h-[60dvh] overflow-auto rounded-lg border border-border text-sm", className)}
    >
      {!narrow && (
        <div
          role="row"
          className={cn(grid, "sticky top-0 z-10 min-w-max border-b border-border bg-raised py-1.5 text-xs font-medium text-muted")}
          style={widths}
        >
          {columns.map((c) => (
            <span role="columnheader" key={c.key} className={c.num === true ? "num" : ""}>
              {c.name}
            </span>
          ))}
        </div>
      )}
      <div role="rowgroup" className={cn("relative", !narrow && "min-w-max")} style={{ height: rows.length * rowHeight }}>
        {rows.slice(shown.first, shown.last).map((row, i) => {
          const index = shown.first + i;
          return (
            <div
              role="row"
              key={rowKey(row)}
              aria-rowindex={index + 2}
              style={{ ...(narrow ? {} : widths), height: rowHeight, transform: `translateY(${String(index * rowHeight)}px)` }}
              className={cn("absolute inset-x-0 top-0 overflow-hidden border-b border-border/60 hover:bg-raised", narrow ? "px-2 py-1.5" : grid)}
            >
              {narrow ? (
                <div role="cell">{card(row)}</div>
              ) : (
                columns.map((c) => (
                  <span role="cell" key={c.key} className={cn("truncate", c.num === true && "num")}>
                    {c.cell(row)}
                  </span>
                ))
              )}
            </div>
          );
        })}
      </div>
    </div>
  );
}
