import type { DecisionFilter } from "@/api/client";
import type { DecisionRow } from "@/api/types";
import { OutcomeBadge, RegimeBadge, SideText } from "@/components/badges";
import { Empty, Failed, Loading } from "@/components/states";
import { Card } from "@/components/ui/card";
import { Input, Label, Select } from "@/components/ui/field";
import { VirtualTable, type Column } from "@/components/virtual-table";
import { amount, coin, factor, price, words } from "@/lib/format";
import { pairNamesAtom } from "@/state/atoms";
import { useDecisions } from "@/state/use-decisions";
import { decisionHash } from "@/state/use-hash";
import { useTime } from "@/state/use-time";
import { useAtomValue } from "jotai";
import { useDeferredValue, useMemo, useState } from "react";

function sized(d: DecisionRow): boolean {
  return d.outcome === "approved" || d.outcome === "refused";
}

function link(d: DecisionRow) {
  return (
    <a href={decisionHash(d.decision)} title={d.sentence} data-decision={d.decision} className="underline decoration-border underline-offset-2 hover:text-accent">
      {d.sentence}
    </a>
  );
}

export default function DecisionsPage() {
  const time = useTime();
  const pairs = useAtomValue(pairNamesAtom);
  const [filter, setFilter] = useState<DecisionFilter>({ pair: "", outcome: "", text: "" });
  const found = useDecisions(useDeferredValue(filter));
  const columns = useMemo<Column<DecisionRow>[]>(
    () => [
      { key: "when", name: "When", width: "12.5rem", cell: (d) => time(d.ts_ms) },
      { key: "pair", name: "Pair", width: "3.5rem", cell: (d) => <strong>{coin(d.pair)}</strong> },
      { key: "side", name: "Side", width: "4rem", cell: (d) => <SideText side={d.side} /> },
      { key: "outcome", name: "Outcome", width: "6.5rem", cell: (d) => <OutcomeBadge outcome={d.outcome} /> },
      { key: "regime", name: "Regime", width: "11rem", cell: (d) => <RegimeBadge regime={d.regime} confidence={d.confidence} /> },
      { key: "multiplier", name: "Multiplier", width: "5rem", num: true, cell: (d) => (sized(d) ? factor(d.multiplier) : "–") },
      { key: "quantity", name: "Size", width: "6rem", num: true, cell: (d) => (Number(d.quantity) === 0 ? "–" : d.quantity) },
      { key: "price", name: "Price", width: "6rem", num: true, cell: (d) => price(d.price) },
      { key: "why", name: "What and why", width: "minmax(13rem,1fr)", cell: link },
    ],
    [time],
  );
  return (
    <Card className="space-y-3">
      <div className="flex flex-wrap items-baseline justify-between gap-2">
        <h1 className="text-lg font-semibold">Decisions, refusals included</h1>
        <p className="figures text-xs text-muted" role="status">
          {amount(found.rows.length, 0)} shown{found.hasOlder ? ", older ones load as you scroll" : ", that is all"}
        </p>
      </div>
      <form
        className="flex flex-wrap items-end gap-3"
        onSubmit={(e) => {
          e.preventDefault();
        }}
      >
        <div>
          <Label htmlFor="pair">Pair</Label>
          <Select id="pair" value={filter.pair} onChange={(e) => { setFilter({ ...filter, pair: e.target.value }); }}>
            <option value="">all</option>
            {pairs.map((name) => (
              <option key={name} value={name}>
                {coin(name)}
              </option>
            ))}
          </Select>
        </div>
        <div>
          <Label htmlFor="outcome">Outcome</Label>
          <Select id="outcome" value={filter.outcome} onChange={(e) => { setFilter({ ...filter, outcome: e.target.value }); }}>
            {["", "approved", "refused", "exit", "hand_over"].map((o) => (
              <option key={o} value={o}>
                {o === "" ? "all" : words(o)}
              </option>
            ))}
          </Select>
        </div>
        <div className="min-w-40 grow">
          <Label htmlFor="text">Search</Label>
          <Input id="text" type="search" value={filter.text} placeholder="reason, sentence, id" onChange={(e) => { setFilter({ ...filter, text: e.target.value }); }} />
        </div>
      </form>
      {found.isPending && <Loading />}
      {found.error !== null && <Failed error={found.error} retry={found.refetch} />}
      {!found.isPending && found.error === null && found.rows.length === 0 && <Empty>No decision fits. Widen the filter, or wait for the next closed bar.</Empty>}
      {found.rows.length > 0 && (
        <VirtualTable
          label="Decisions"
          className="h-[calc(100dvh-16rem)] min-h-80"
          rows={found.rows}
          columns={columns}
          rowKey={(d) => String(d.seq)}
          onEnd={found.loadOlder}
          card={(d) => (
            <>
              <p className="flex items-center gap-2">
                <strong>{coin(d.pair)}</strong> <SideText side={d.side} /> <OutcomeBadge outcome={d.outcome} />
                <span className="num grow">{sized(d) ? factor(d.multiplier) : ""}</span>
              </p>
              <p className="line-clamp-2 text-xs">{link(d)}</p>
              <p className="text-xs text-muted">{time(d.ts_ms)}</p>
            </>
          )}
        />
      )}
    </Card>
  );
}
