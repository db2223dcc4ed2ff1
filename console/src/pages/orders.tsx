import { api } from "@/api/client";
import type { FillView, OrderView } from "@/api/types";
import { SideText } from "@/components/badges";
import { Empty, Failed, Loading } from "@/components/states";
import { Card, CardTitle } from "@/components/ui/card";
import { Label, Select } from "@/components/ui/field";
import { VirtualTable, type Column } from "@/components/virtual-table";
import { amount, change, coin, orderOf, price, signClass, words } from "@/lib/format";
import { pairNamesAtom } from "@/state/atoms";
import { decisionHash } from "@/state/use-hash";
import { useTime } from "@/state/use-time";
import { useQuery } from "@tanstack/react-query";
import { useAtomValue } from "jotai";
import { useMemo, useState } from "react";

export default function OrdersPage() {
  const pairs = useAtomValue(pairNamesAtom);
  const [pair, setPair] = useState("");
  return (
    <div className="space-y-3">
      <div className="flex flex-wrap items-end justify-between gap-3">
        <h1 className="text-lg font-semibold">Orders and fills</h1>
        <div>
          <Label htmlFor="orders-pair">Pair</Label>
          <Select id="orders-pair" value={pair} onChange={(e) => { setPair(e.target.value); }}>
            <option value="">all</option>
            {pairs.map((name) => (
              <option key={name} value={name}>
                {coin(name)}
              </option>
            ))}
          </Select>
        </div>
      </div>
      <Orders pair={pair} />
      <Fills pair={pair} />
    </div>
  );
}

function decisionLink(id: string | undefined) {
  return id === undefined || id === "" ? "–" : <a className="underline decoration-border underline-offset-2" href={decisionHash(id)}>{id}</a>;
}

function Orders({ pair }: { pair: string }) {
  const time = useTime();
  const query = useQuery({ queryKey: ["orders"], queryFn: ({ signal }) => api.orders(signal), refetchInterval: 2000 });
  const rows = useMemo(() => (query.data?.orders ?? []).filter((o) => pair === "" || o.pair === pair), [query.data, pair]);
  const columns = useMemo<Column<OrderView>[]>(
    () => [
      { key: "when", name: "When", width: "12.5rem", cell: (o) => time(o.ts_ms) },
      { key: "pair", name: "Pair", width: "3.5rem", cell: (o) => <strong>{coin(o.pair)}</strong> },
      { key: "role", name: "Role", width: "5rem", cell: (o) => words(o.role) },
      { key: "side", name: "Side", width: "4rem", cell: (o) => <SideText side={o.side} /> },
      { key: "state", name: "State", width: "7rem", cell: (o) => words(o.state) },
      { key: "quantity", name: "Quantity", width: "7rem", num: true, cell: (o) => o.quantity },
      { key: "filled", name: "Filled", width: "7rem", num: true, cell: (o) => o.filled },
      { key: "price", name: "Price", width: "7rem", num: true, cell: (o) => (Number(o.price) === 0 ? "market" : price(o.price)) },
      { key: "decision", name: "Decision", width: "13rem", cell: (o) => decisionLink(o.decision) },
      { key: "note", name: "Our id, note", width: "minmax(20rem,1fr)", cell: (o) => <span className="text-xs text-muted" title={`${o.client_id} ${o.note}`}>{o.client_id} {o.note}</span> },
    ],
    [time],
  );
  return (
    <Card>
      <CardTitle aside={`${amount(rows.length, 0)} newest`}>Orders</CardTitle>
      {query.isPending && <Loading />}
      {query.isError && <Failed error={query.error} retry={() => void query.refetch()} />}
      {query.isSuccess && rows.length === 0 && <Empty>No order yet. Orders follow approved decisions.</Empty>}
      {rows.length > 0 && (
        <VirtualTable
          label="Orders"
          className="h-[45dvh]"
          rows={rows}
          columns={columns}
          rowKey={(o) => o.client_id}
          card={(o) => (
            <>
              <p className="flex items-center gap-2">
                <strong>{coin(o.pair)}</strong> {words(o.role)} <SideText side={o.side} /> <span className="grow" /> {words(o.state)}
              </p>
              <p>
                {o.filled} of {o.quantity} @ {Number(o.price) === 0 ? "market" : price(o.price)}
              </p>
              <p className="text-xs text-muted">
                {time(o.ts_ms)} · {decisionLink(o.decision)}
              </p>
            </>
          )}
        />
      )}
    </Card>
  );
}

function Fills({ pair }: { pair: string }) {
  const time = useTime();
  const query = useQuery({ queryKey: ["fills"], queryFn: ({ signal }) => api.fills(signal), refetchInterval: 2000 });
  const rows = useMemo(() => (query.data?.fills ?? []).filter((f) => pair === "" || f.pair === pair), [query.data, pair]);
  const columns = useMemo<Column<FillView>[]>(
    () => [
      { key: "when", name: "When", width: "12.5rem", cell: (f) => time(f.ts_ms) },
      { key: "pair", name: "Pair", width: "3.5rem", cell: (f) => <strong>{coin(f.pair)}</strong> },
      { key: "role", name: "Role", width: "5rem", cell: (f) => orderOf(f.client_id)?.role ?? "–" },
      { key: "side", name: "Side", width: "4rem", cell: (f) => <SideText side={f.side} /> },
      { key: "quantity", name: "Quantity", width: "7rem", num: true, cell: (f) => f.quantity },
      { key: "price", name: "Price", width: "7rem", num: true, cell: (f) => price(f.price) },
      { key: "maker", name: "Liquidity", width: "5rem", cell: (f) => (f.maker ? "maker" : "taker") },
      { key: "fee", name: "Fee", width: "7rem", num: true, cell: (f) => f.fee },
      { key: "realised", name: "Realised", width: "7rem", num: true, cell: (f) => <span className={signClass(f.realised_pnl)}>{Number(f.realised_pnl) === 0 ? "–" : change(f.realised_pnl, 4)}</span> },
      { key: "decision", name: "Decision", width: "minmax(13rem,1fr)", cell: (f) => decisionLink(orderOf(f.client_id)?.decision) },
    ],
    [time],
  );
  return (
    <Card>
      <CardTitle aside={`${amount(rows.length, 0)} newest`}>Fills</CardTitle>
      {query.isPending && <Loading />}
      {query.isError && <Failed error={query.error} retry={() => void query.refetch()} />}
      {query.isSuccess && rows.length === 0 && <Empty>No fill yet. Entries rest as post-only limits and fill when price comes to them.</Empty>}
      {rows.length > 0 && (
        <VirtualTable
          label="Fills"
          className="h-[45dvh]"
          rows={rows}
          columns={columns}
          rowKey={(f) => f.venue_fill_id}
          card={(f) => (
            <>
              <p className="flex items-center gap-2">
                <strong>{coin(f.pair)}</strong> {orderOf(f.client_id)?.role ?? ""} <SideText side={f.side} /> <span className="grow" />
                <span className={signClass(f.realised_pnl)}>{Number(f.realised_pnl) === 0 ? "" : change(f.realised_pnl, 4)}</span>
              </p>
              <p>
                {f.quantity} @ {price(f.price)}, {f.maker ? "maker" : "taker"}, fee {f.fee}
              </p>
              <p className="text-xs text-muted">{time(f.ts_ms)}</p>
            </>
          )}
        />
      )}
    </Card>
  );
}
