import { api } from "@/api/client";
import type { PairView, Status } from "@/api/types";
import { LineChart } from "@/charts/line-chart";
import { DecisionDialog } from "@/components/decision-dialog";
import { GuardBadge, OutcomeBadge, RegimeBadge } from "@/components/badges";
import { Spark } from "@/components/spark";
import { Empty } from "@/components/states";
import { Badge } from "@/components/ui/badge";
import { Card, CardTitle } from "@/components/ui/card";
import { amount, coin, percent, price, signClass, words } from "@/lib/format";
import { decisionsAtom, pairNamesAtom, sparksAtom, statusAtom, themeAtom } from "@/state/atoms";
import { useQuery } from "@tanstack/react-query";
import { useAtomValue } from "jotai";
import { useMemo, useState } from "react";

export function OverviewPage() {
  const status = useAtomValue(statusAtom);
  const pairs = useAtomValue(pairNamesAtom);
  if (status === null) return <Empty>Waiting for the engine’s first word…</Empty>;
  return (
    <div className="space-y-4">
      <Figures status={status} />
      <EquityCard />
      <div className="grid grid-cols-1 gap-3 sm:grid-cols-2 xl:grid-cols-4">
        {pairs.map((name) => {
          const pair = status.pairs[name];
          return pair === undefined ? null : <PairTile key={name} name={name} pair={pair} />;
        })}
      </div>
      <NewestDecisions />
    </div>
  );
}

function Figure({ label, value, hint, className = "" }: { label: string; value: string; hint?: string; className?: string }) {
  return (
    <div className="min-w-28">
      <dt className="text-xs text-muted">{label}</dt>
      <dd className={`text-lg font-semibold tabular-nums ${className}`}>{value}</dd>
      {hint !== undefined && <dd className="text-xs text-muted">{hint}</dd>}
    </div>
  );
}

function Figures({ status }: { status: Status }) {
  const profit = Number(status.equity) - Number(status.initial_equity);
  return (
    <Card>
      <dl className="flex flex-wrap gap-x-8 gap-y-3">
        <Figure label="Equity (USDT)" value={amount(status.equity)} />
        <Figure label="Since start" value={amount(profit)} className={signClass(profit)} />
        <Figure label="Drawdown" value={percent(status.drawdown, 2)} hint={`worst ${percent(status.max_drawdown, 2)}`} />
        <Figure label="Gross leverage" value={status.gross_leverage.toFixed(2)} hint={`highest ${status.max_gross_leverage.toFixed(2)}`} />
        <Figure label="Net leverage" value={status.net_leverage.toFixed(2)} />
        <Figure label="Clock offset" value={`${status.clock_offset_ms.toFixed(0)} ms`} />
        <Figure label="Links" value={`${status.links.public ? "●" : "○"} public ${status.links.private ? "●" : "○"} private`} />
        <Figure label="Restarts" value={String(status.restarts)} />
        <Figure label="Journal records" value={amount(status.journal_records, 0)} />
      </dl>
    </Card>
  );
}

function EquityCard() {
  const theme = useAtomValue(themeAtom);
  const equity = useQuery({ queryKey: ["equity"], queryFn: ({ signal }) => api.equity(signal), refetchInterval: 5000 });
  const lines = useMemo(() => {
    const points = equity.data?.points ?? [];
    return [
      { name: "equity", colour: "--accent", points: points.map((p) => ({ ts_ms: p.ts_ms, value: p.equity })) },
      { name: "drawdown %", colour: "--loss", scale: "left" as const, points: points.map((p) => ({ ts_ms: p.ts_ms, value: -100 * p.drawdown })) },
    ];
  }, [equity.data]);
  return (
    <Card>
      <CardTitle>Equity and drawdown</CardTitle>
      {(equity.data?.points.length ?? 0) < 2 ? <Empty>The curve starts with the first two equity records.</Empty> : <LineChart lines={lines} label="Equity and drawdown over time" theme={theme} />}
    </Card>
  );
}

function PairTile({ name, pair }: { name: string; pair: PairView }) {
  const sparks = useAtomValue(sparksAtom);
  const position = pair.position;
  return (
    <a href={`#/pair/${name}`} className="block rounded-lg border border-border bg-card p-3 hover:border-accent" data-pair={name}>
      <div className="flex items-baseline justify-between">
        <strong>{coin(name)}</strong>
        <span className="num font-medium" data-testid="last-price">
          {price(pair.last_price)}
        </span>
      </div>
      <Spark values={sparks[name] ?? []} label={`Recent prices of ${coin(name)}`} />
      <div className="mt-1 flex flex-wrap gap-1">
        <RegimeBadge regime={pair.regime} confidence={pair.confidence} />
        <GuardBadge level={pair.guard.level} cause={pair.guard.cause} />
        {pair.paused && <Badge tone="warning">paused</Badge>}
      </div>
      <p className="mt-2 text-sm">{position === null ? "flat" : `${position.side} ${position.quantity} @ ${price(position.entry_price)}`}</p>
      <p className="text-xs text-muted">{distanceText(pair)}</p>
      <p className={`text-sm ${signClass(pair.pnl)}`}>pnl {amount(pair.pnl)}</p>
      {pair.not_trading_because.length > 0 && <p className="text-xs text-muted">not trading: {pair.not_trading_because.map(words).join(", ")}</p>}
    </a>
  );
}

function distanceText(pair: PairView): string {
  const stop = pair.position?.stop_price ?? null;
  const last = Number(pair.last_price);
  if (pair.position === null) return "no stop needed";
  if (stop === null || last <= 0) return "no stop known";
  return `stop ${stop}, ${percent(Math.abs(last - Number(stop)) / last, 2)} away`;
}

function NewestDecisions() {
  const decisions = useAtomValue(decisionsAtom);
  const [shown, setShown] = useState<string | null>(null);
  return (
    <Card>
      <CardTitle>Newest decisions</CardTitle>
      {decisions.length === 0 && <Empty>No decision yet. Decisions come with closed bars, once the models are warm.</Empty>}
      <ul className="divide-y divide-border">
        {decisions.slice(0, 8).map((d) => (
          <li key={d.decision}>
            <button
              type="button"
              className="flex w-full cursor-pointer flex-wrap items-center gap-2 py-1.5 text-left text-sm"
              onClick={() => {
                setShown(d.decision);
              }}
            >
              <OutcomeBadge outcome={d.outcome} />
              <strong>{coin(d.pair)}</strong> {d.side} <RegimeBadge regime={d.regime} confidence={d.confidence} />
              <span className="text-muted">{words(d.reason)}</span>
            </button>
          </li>
        ))}
      </ul>
      <DecisionDialog id={shown} close={() => {
        setShown(null);
      }} />
    </Card>
  );
}
