import { api } from "@/api/client";
import type { LimitView, PairView, SparkPoint, Status } from "@/api/types";
import { LineChart } from "@/charts/lazy";
import { GuardBadge, OutcomeBadge, RegimeBadge, SideText } from "@/components/badges";
import { Meter } from "@/components/meter";
import { Spark } from "@/components/spark";
import { Empty, Failed } from "@/components/states";
import { Badge } from "@/components/ui/badge";
import { Card, CardTitle } from "@/components/ui/card";
import { amount, change, coin, duration, number, percent, price, signClass, words } from "@/lib/format";
import { decisionHash } from "@/state/use-hash";
import { decisionsAtom, limitsAtom, pairAtom, pairNamesAtom, statusAtom } from "@/state/atoms";
import { useQuery } from "@tanstack/react-query";
import { useAtomValue } from "jotai";
import { memo, useMemo, type ReactNode } from "react";

export function OverviewPage() {
  const status = useAtomValue(statusAtom);
  const pairs = useAtomValue(pairNamesAtom);
  if (status === null) return <Empty>Waiting for the engine’s first word… If this lasts, is it running? Try <code>regimeguard status</code> on the server.</Empty>;
  return (
    <div className="space-y-3">
      <h1 className="sr-only">Overview</h1>
      <Figures status={status} />
      <div className="grid gap-3 xl:grid-cols-[minmax(0,2fr)_minmax(0,1fr)]">
        <EquityCard />
        <NewestDecisions />
      </div>
      <PairTiles names={pairs} />
    </div>
  );
}

function Figure({ label, value, hint, className = "", children }: { label: string; value: ReactNode; hint?: ReactNode; className?: string; children?: ReactNode }) {
  return (
    <div className="min-w-0 rounded-xl border border-border bg-card p-3">
      <dt className="text-xs text-muted">{label}</dt>
      <dd className={`figures truncate text-lg font-semibold ${className}`}>{value}</dd>
      {children}
      {hint !== undefined && <dd className="figures mt-0.5 truncate text-xs text-muted">{hint}</dd>}
    </div>
  );
}

/** A figure with the limit it must not reach. */
function Limited({ id, limits, label, show, hint }: { id: string; limits: LimitView[]; label: string; show: (n: number) => string; hint?: string }) {
  const limit = limits.find((l) => l.id === id);
  if (limit?.value == null) return null;
  return (
    <Figure label={label} value={show(limit.value)} hint={hint ?? `limit ${show(limit.limit)}`} className={limit.state === "ok" ? "" : limit.state === "warning" ? "text-warning" : "text-danger"}>
      <dd className="py-1">
        <Meter used={limit.used ?? 0} label={`${label}: share of the limit that is used`} />
      </dd>
    </Figure>
  );
}

function Figures({ status }: { status: Status }) {
  const limits = useAtomValue(limitsAtom);
  const profit = Number(status.equity) - Number(status.initial_equity);
  const opening = Number(status.day_opening_equity);
  const today = opening > 0 ? Number(status.equity) - opening : 0;
  const up = [status.links.public, status.links.private, status.reconciled].every(Boolean);
  const pct = (n: number) => `${n.toFixed(2)} %`;
  const times = (n: number) => `${n.toFixed(2)}×`;
  return (
    <dl className="grid grid-cols-2 gap-2 sm:grid-cols-3 lg:grid-cols-4 xl:grid-cols-5">
      <Figure label="Equity, USDT" value={<span data-testid="equity">{amount(status.equity)}</span>} hint={<span className={signClass(profit)}>{change(profit)} ({percent(profit / Number(status.initial_equity), 2)}) since start</span>} />
      <Figure label="Today (UTC day)" value={change(today)} className={signClass(today)} hint={opening > 0 ? percent(today / opening, 2) : "day not opened yet"} />
      <Limited id="drawdown" limits={limits} label="Drawdown" show={pct} />
      <Limited id="gross_leverage" limits={limits} label="Gross leverage, orders in flight" show={times} />
      <Limited id="net_leverage" limits={limits} label="Net leverage" show={times} />
      <Limited id="cluster_leverage" limits={limits} label="Correlated cluster" show={times} />
      <Limited id="daily_loss" limits={limits} label="Loss of the day" show={pct} />
      <Figure
        label="Connection"
        value={<span className={up ? "" : "text-danger"}>{up ? "✓ healthy" : "✗ impaired"}</span>}
        hint={`${status.links.public ? "" : "market data down, "}${status.links.private ? "" : "orders link down, "}${status.reconciled ? "" : "not reconciled, "}${String(status.restarts)} restarts`}
      />
      <VenueClockFigure status={status} />
      <AiLogFigure status={status} />
    </dl>
  );
}

/** Closed, the gate stops new entries: the venue refuses requests stamped too far off its clock. */
function VenueClockFigure({ status }: { status: Status }) {
  const clock = status.venue_clock;
  const known = clock.uncertainty_ms === null ? "not known yet" : `${number(status.clock_offset_ms, 0)} ms ± ${number(clock.uncertainty_ms, 0)} ms`;
  const age = clock.measured_ms === null ? "" : `, ${duration(status.wall_time_ms - clock.measured_ms)} ago`;
  return (
    <Figure
      label="Venue’s clock"
      value={
        <span data-testid="venue-clock" className={clock.open ? "" : "text-danger"}>
          {clock.open ? "✓ known" : "✗ no entries"}
        </span>
      }
      hint={<span title={clock.closed_because}>{clock.open ? known + age : clock.closed_because}</span>}
    />
  );
}

/** What the venue has not acked; too old, it stops new entries. */
function AiLogFigure({ status }: { status: Status }) {
  const log = status.ai_log;
  const oldest = log.oldest_ms === null ? "" : `, the oldest for ${duration(status.wall_time_ms - log.oldest_ms)}`;
  const error = log.last_error === "" ? "" : `, last answer: ${log.last_error}`;
  const hint = log.on ? `${amount(log.acked, 0)} acked${oldest}${error}` : "uploads are switched off";
  return (
    <Figure
      label="AI log, waiting"
      value={
        <span data-testid="ai-log" className={log.stuck ? "text-danger" : ""}>
          {log.on ? `${log.stuck ? "✗ stuck: " : ""}${amount(log.waiting, 0)}` : "off"}
        </span>
      }
      hint={<span title={hint}>{hint}</span>}
    />
  );
}

function EquityCard() {
  const equity = useQuery({ queryKey: ["equity"], queryFn: ({ signal }) => api.equity(signal), refetchInterval: 3000 });
  const points = equity.data?.points;
  const lines = useMemo(
    () => [
      { name: "equity, USDT", colour: "--accent", area: true, points: (points ?? []).map((p) => ({ ts_ms: p.ts_ms, value: Number(p.equity) })) },
      { name: "drawdown, %", colour: "--loss", scale: "left" as const, points: (points ?? []).map((p) => ({ ts_ms: p.ts_ms, value: -100 * p.drawdown })) },
      { name: "gross leverage, %", colour: "--unknown", dashed: true, scale: "left" as const, points: (points ?? []).map((p) => ({ ts_ms: p.ts_ms, value: 100 * p.gross_leverage })) },
    ],
    [points],
  );
  return (
    <Card>
      <CardTitle aside={points === undefined ? "" : `${amount(points.length, 0)} points`}>Equity, drawdown, exposure</CardTitle>
      {equity.isError && <Failed error={equity.error} retry={() => void equity.refetch()} />}
      {!equity.isError && (points?.length ?? 0) < 2 ? <Empty>The curve starts with the first two closed bars.</Empty> : <LineChart lines={lines.slice(0, 2)} label="Equity and drawdown over time" height="h-60 min-[2200px]:h-80" />}
    </Card>
  );
}

function PairTiles({ names }: { names: string[] }) {
  const sparks = useQuery({ queryKey: ["sparks"], queryFn: ({ signal }) => api.sparks(signal), refetchInterval: 5000 });
  return (
    <section aria-label="Pairs" className="grid grid-cols-1 gap-3 min-[480px]:grid-cols-2 lg:grid-cols-4">
      {names.map((name) => (
        <PairTile key={name} name={name} spark={sparks.data?.pairs[name] ?? NO_POINTS} />
      ))}
    </section>
  );
}

const NO_POINTS: SparkPoint[] = [];

const PairTile = memo(function PairTile({ name, spark }: { name: string; spark: SparkPoint[] }) {
  const pair = useAtomValue(useMemo(() => pairAtom(name), [name]));
  if (pair === null) return null;
  const before = Number(spark[0]?.[1] ?? 0);
  const moved = before > 0 ? Number(pair.last_price) / before - 1 : 0;
  return (
    <a href={`#/pair/${name}`} className="block min-w-0 rounded-xl border border-border bg-card p-3 hover:border-accent" data-pair={name}>
      <div className="flex items-baseline justify-between gap-2">
        <strong>{coin(name)}</strong>
        <span className="figures">
          <span className="font-semibold" data-testid="last-price">
            {price(pair.last_price)}
          </span>{" "}
          <span className={`text-xs ${signClass(moved)}`}>{before > 0 ? `${moved >= 0 ? "+" : "−"}${percent(Math.abs(moved), 2)}` : ""}</span>
        </span>
      </div>
      <Spark points={spark} last={Number(pair.last_price)} label={`${coin(name)}: closes of the last day, regimes below`} />
      <div className="mt-1.5 flex flex-wrap gap-1">
        <RegimeBadge regime={pair.regime} confidence={pair.confidence} />
        {pair.guard.level !== "normal" && <GuardBadge level={pair.guard.level} cause={pair.guard.cause} />}
        {pair.paused && <Badge tone="warning">‖ paused</Badge>}
        {pair.kill_latched && <Badge tone="danger">kill latched</Badge>}
        {pair.quarantined && <Badge tone="danger">quarantined</Badge>}
        {pair.winding_down && <Badge tone="warning">winding down</Badge>}
      </div>
      <TilePosition pair={pair} />
      <p className="mt-0.5 truncate text-xs text-muted">{pair.not_trading_because.length === 0 ? "free to trade" : `no new risk: ${pair.not_trading_because.map(words).join(", ")}`}</p>
    </a>
  );
});

function TilePosition({ pair }: { pair: PairView }) {
  const position = pair.position;
  return (
    <dl className="figures mt-2 grid grid-cols-[1fr_auto] gap-x-3 text-sm">
      <dt className="min-w-0 truncate">
        {position === null ? (
          <span className="text-muted">flat</span>
        ) : (
          <>
            <SideText side={position.side} /> {position.quantity} <span className="text-muted">@ {price(position.entry_price)}</span>
          </>
        )}
      </dt>
      <dd className={`num ${signClass(pair.pnl)}`}>{change(pair.pnl)}</dd>
      <dt className="col-span-2 truncate text-xs text-muted">{distanceText(pair)}</dt>
    </dl>
  );
}

export function distanceText(pair: PairView): string {
  if (pair.position === null) return "no position, no stop";
  const stop = pair.position.stop_price;
  const last = Number(pair.last_price);
  if (stop === null || last <= 0) return "stop being placed";
  return `stop ${price(stop)}, ${percent(Math.abs(last - Number(stop)) / last, 2)} away`;
}

function NewestDecisions() {
  const decisions = useAtomValue(decisionsAtom);
  const now = useAtomValue(statusAtom)?.data_time_ms ?? 0;
  return (
    <Card>
      <CardTitle aside={<a className="underline" href="#/decisions">all</a>}>Newest decisions</CardTitle>
      {decisions.length === 0 && <Empty>No decision yet. Decisions come with closed bars, once the models are warm.</Empty>}
      <ul className="divide-y divide-border/60">
        {decisions.slice(0, 8).map((d) => (
          <li key={d.decision}>
            <a href={decisionHash(d.decision)} className="grid grid-cols-[3rem_auto_1fr_auto] items-center gap-2 rounded py-1 text-sm hover:bg-raised" data-decision={d.decision}>
              <strong>{coin(d.pair)}</strong>
              <OutcomeBadge outcome={d.outcome} />
              <span className="min-w-0 truncate">
                <SideText side={d.side} />{" "}
                <span className="text-muted">{d.outcome === "approved" ? `×${d.multiplier.toFixed(2)}, ${d.quantity}` : words(d.reason)}</span>
              </span>
              <span className="figures text-xs text-muted">{duration(now - d.ts_ms)}</span>
            </a>
          </li>
        ))}
      </ul>
    </Card>
  );
}
