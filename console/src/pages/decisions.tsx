import { api, type DecisionFilter } from "@/api/client";
import { OutcomeBadge, RegimeBadge } from "@/components/badges";
import { DecisionDialog } from "@/components/decision-dialog";
import { Empty, Failed, Loading } from "@/components/states";
import { Card } from "@/components/ui/card";
import { Input, Label, Select } from "@/components/ui/field";
import { Table, Td, Th } from "@/components/ui/table";
import { coin, factor, utcTime, words } from "@/lib/format";
import { pairNamesAtom } from "@/state/atoms";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useAtomValue } from "jotai";
import { useDeferredValue, useState } from "react";

export function DecisionsPage() {
  const pairs = useAtomValue(pairNamesAtom);
  const [filter, setFilter] = useState<DecisionFilter>({ pair: "", outcome: "", text: "" });
  const [shown, setShown] = useState<string | null>(null);
  const asked = useDeferredValue(filter);
  const query = useQuery({
    queryKey: ["decisions", asked],
    queryFn: ({ signal }) => api.decisions(asked, signal),
    placeholderData: keepPreviousData,
    refetchInterval: 3000,
  });
  return (
    <Card className="space-y-3">
      <h1 className="text-lg font-semibold">Decisions, refusals included</h1>
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
        <div className="grow">
          <Label htmlFor="text">Search</Label>
          <Input id="text" type="search" value={filter.text} placeholder="reason, sentence, id" onChange={(e) => { setFilter({ ...filter, text: e.target.value }); }} />
        </div>
      </form>
      {query.isPending && <Loading />}
      {query.isError && <Failed error={query.error} retry={() => void query.refetch()} />}
      {query.data?.decisions.length === 0 && <Empty>No decision fits. Widen the filter, or wait for the next closed bar.</Empty>}
      {query.data !== undefined && query.data.decisions.length > 0 && (
        <Table
          label="Decisions"
          head={
            <>
              <Th>When</Th>
              <Th>Pair</Th>
              <Th>Outcome</Th>
              <Th>Regime</Th>
              <Th className="num">Multiplier</Th>
              <Th>What and why</Th>
            </>
          }
        >
          {query.data.decisions.map((d) => (
            <tr key={d.decision}>
              <Td className="whitespace-nowrap">{utcTime(d.ts_ms)}</Td>
              <Td>{coin(d.pair)}</Td>
              <Td>
                <OutcomeBadge outcome={d.outcome} />
              </Td>
              <Td>
                <RegimeBadge regime={d.regime} confidence={d.confidence} />
              </Td>
              <Td className="num">{d.outcome === "exit" || d.outcome === "hand_over" ? "–" : factor(d.multiplier)}</Td>
              <Td>
                <button type="button" className="cursor-pointer text-left underline decoration-border underline-offset-2" onClick={() => { setShown(d.decision); }}>
                  {d.sentence}
                </button>
              </Td>
            </tr>
          ))}
        </Table>
      )}
      <DecisionDialog id={shown} close={() => { setShown(null); }} />
    </Card>
  );
}
