import { Empty } from "@/components/states";
import { WaterfallChart } from "@/components/waterfall-chart";
import { Card, CardTitle } from "@/components/ui/card";
import { Dialog } from "@/components/ui/dialog";
import { Input } from "@/components/ui/field";
import { VirtualTable, type Column } from "@/components/virtual-table";
import { amount, coin, words } from "@/lib/format";
import { FACTOR_NAMES, type Factors } from "@/api/types";
import type { Cell, RunSpan, RunTable } from "@/report/types";
import { useTime } from "@/state/use-time";
import { useDeferredValue, useMemo, useState } from "react";

interface Row {
  index: number;
  cells: Cell[];
}

function cellText(column: string, value: Cell, time: (ms: number) => string): string {
  if (value === null || value === "") return "–";
  if (column.endsWith("ts_ms")) return time(Number(value));
  if (column === "pair") return coin(String(value));
  if (typeof value === "number") return Number.isInteger(value) ? String(value) : amount(value, Math.abs(value) < 1 ? 4 : 2);
  return words(value);
}

function widthOf(column: string): string {
  if (column.endsWith("ts_ms")) return "12.5rem";
  if (column === "decision" || column === "entry_decision") return "13rem";
  return column === "reason" ? "minmax(11rem,1fr)" : "7rem";
}

/** Rows that hold the text in any field, newest first. */
function useRows(table: RunTable, text: string): Row[] {
  const wanted = useDeferredValue(text).toLowerCase();
  return useMemo(() => {
    const all = table.rows.map((cells, index) => ({ index, cells })).reverse();
    return wanted === "" ? all : all.filter((r) => r.cells.some((c) => typeof c === "string" && words(c).toLowerCase().includes(wanted)));
  }, [table, wanted]);
}

function GenericTable({ title, table, only, onOpen }: { title: string; table: RunTable; only?: string[]; onOpen?: (row: Row) => void }) {
  const time = useTime();
  const [text, setText] = useState("");
  const rows = useRows(table, text);
  const columns = useMemo<Column<Row>[]>(
    () =>
      table.columns.flatMap((name, c) =>
        only !== undefined && !only.includes(name)
          ? []
          : [
              {
                key: name,
                name: words(name.replace(/_?ts_ms$/, "") || "when"),
                width: widthOf(name),
                num: typeof table.rows[0]?.[c] === "number" && !name.endsWith("ts_ms"),
                cell: (row: Row) =>
                  name === "decision" && onOpen !== undefined ? (
                    <button type="button" className="cursor-pointer underline decoration-border underline-offset-2" onClick={() => { onOpen(row); }}>
                      {String(row.cells[c])}
                    </button>
                  ) : (
                    cellText(name, row.cells[c] ?? null, time)
                  ),
              },
            ],
      ),
    [table, only, time, onOpen],
  );
  return (
    <Card>
      <CardTitle aside={rows.length < table.total ? `${amount(rows.length, 0)} of ${amount(table.total, 0)}, newest first` : `${amount(table.total, 0)}, newest first`}>{title}</CardTitle>
      {table.total === 0 ? (
        <Empty>None in this run.</Empty>
      ) : (
        <>
          <Input type="search" aria-label={`Search ${title}`} placeholder="search" className="mb-2 max-w-xs" value={text} onChange={(e) => { setText(e.target.value); }} />
          <VirtualTable
            label={title}
            className="h-[26rem]"
            rows={rows}
            columns={columns}
            rowKey={(r) => String(r.index)}
            card={(r) => (
              <p className="line-clamp-4 text-xs">{columns.map((c) => <span key={c.key} className="mr-2"><span className="text-muted">{c.name}</span> {c.cell(r)}</span>)}</p>
            )}
          />
        </>
      )}
    </Card>
  );
}

const SHOWN = ["decision", "ts_ms", "pair", "regime", "confidence", "rule", "side", "outcome", "reason", "multiplier", "stop_distance", "quantity", "price"];

export function RunTables({ span }: { span: RunSpan }) {
  const [open, setOpen] = useState<Row | null>(null);
  return (
    <>
      <GenericTable title="Trades" table={span.trades} />
      <GenericTable title="Decisions, refusals included" table={span.decisions} only={SHOWN} onOpen={setOpen} />
      <Dialog
        open={open !== null}
        onOpenChange={() => {
          setOpen(null);
        }}
        title="Decision"
        description="As the run’s file has it."
      >
        {open !== null && <DecisionOfRun table={span.decisions} row={open} />}
      </Dialog>
    </>
  );
}

function DecisionOfRun({ table, row }: { table: RunTable; row: Row }) {
  const time = useTime();
  const at = (name: string): Cell => row.cells[table.columns.indexOf(name)] ?? null;
  const sized = at("multiplier") !== null;
  const factors = Object.fromEntries(FACTOR_NAMES.map((f) => [f, Number(at(`factor_${f}`) ?? 1)])) as Factors;
  return (
    <div className="space-y-3 text-sm">
      {sized && <WaterfallChart factors={factors} multiplier={Number(at("multiplier"))} />}
      <dl className="figures grid grid-cols-[9rem_1fr] gap-x-3 gap-y-1">
        {table.columns.filter((c) => !c.startsWith("factor_")).map((c) => (
          <div key={c} className="contents">
            <dt className="text-muted">{words(c)}</dt>
            <dd className="break-words">{cellText(c, at(c), time)}</dd>
          </div>
        ))}
      </dl>
    </div>
  );
}
