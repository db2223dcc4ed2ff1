import { api } from "@/api/client";
import type { PairHistory, PairView } from "@/api/types";
import { LineChart, PriceChart } from "@/charts/lazy";
import { ActionButton, killPair, pausePair } from "@/components/actions";
import { GuardBadge, OutcomeBadge, RegimeBadge, SideText } from "@/components/badges";
import { Meter } from "@/components/meter";
import { Empty, Failed, Loading } from "@/components/states";
import { Badge } from "@/components/ui/badge";
import { Card, CardTitle } from "@/components/ui/card";
import { Table, Td, Th } from "@/components/ui/table";
import { WaterfallChart } from "@/components/waterfall-chart";
import { change, coin, number, percent, price, signClass, words } from "@/lib/format";
import { distanceText } from "@/pages/overview";
import { decisionsAtom, pairAtom, statusAtom } from "@/state/atoms";
import { decisionHash } from "@/state/use-hash";
import { useTime } from "@/state/use-time";
import { useQuery } from "@tanstack/react-query";
import { useAtomValue } from "jotai";
import { useMemo, type ReactNode } from "react";

export default function PairPage({ name }: { name: string }) {
  const known = useAtomValue(statusAtom) !== null;
  const pair = useAtomValue(useMemo(() => pairAtom(name), [name]));
  const fills = pair?.fills ?? 0;
  // Asked anew with each closed bar and each fill; between them nothing of it changes.
  const history = useQuery({
    queryKey: ["history", name, pair?.bars ?? 0, fills],
    queryFn: ({ signal }) => api.history(name, signal),
    placeholderData: (before) => before,
  });
  if (pair === null) return <Empty>{known ? "The engine does not trade this pair. Enable it in the configuration." : "Waiting for the engine…"}</Empty>;
  return (
    <div className="space-y-3">
      <Head name={name} pair={pair} />
      {history.isPending && <Loading />}
      {history.isError && <Failed error={history.error} retry={() => void history.refetch()} />}
      {history.data !== undefined && (
        <>
          <Card>
            <CardTitle aside={`${String(history.data.bars.length)} bars; scroll to zoom, drag to move`}>Price, regimes, entries, exits and stops</CardTitle>
            {history.data.bars.length === 0 ? <Empty>No bar yet. The history is being fetched from the exchange.</Empty> : <PriceChart history={history.data} />}
          </Card>
          <ModelCharts history={history.data} />
        </>
      )}
      <div className="grid gap-3 xl:grid-cols-2">
        <LastSized name={name} />
        <Guard pair={pair} history={history.data} />
      </div>
      <PairDecisions name={name} />
    </div>
  );
}

function Fact({ label, children, className = "" }: { label: string; children: ReactNode; className?: string }) {
  return (
    <div className="min-w-0">
      <dt className="text-xs text-muted">{label}</dt>
      <dd className={`figures ${className}`}>{children}</dd>
    </div>
  );
}

function Head({ name, pair }: { name: string; pair: PairView }) {
  const time = useTime();
  const now = useAtomValue(statusAtom)?.data_time_ms ?? 0;
  return (
    <Card>
      <header className="flex flex-wrap items-center gap-2">
        <h1 className="text-xl font-semibold">{coin(name)}</h1>
        <span className="figures text-xl">{price(pair.last_price)}</span>
        <RegimeBadge regime={pair.regime} confidence={pair.confidence} />
        <GuardBadge level={pair.guard.level} cause={pair.guard.cause} />
        {pair.paused && (
          <Badge tone="warning" data-testid="paused">
            ‖ paused
          </Badge>
        )}
        {pair.kill_latched && (
          <Badge tone="danger" data-testid="pair-latched">
            kill latched
          </Badge>
        )}
        {pair.quarantined && <Badge tone="danger">quarantined</Badge>}
        <span className="grow" />
        <ActionButton action={pausePair(name, pair.paused || pair.kill_latched)} />
        {!pair.kill_latched && <ActionButton action={killPair(name)} />}
      </header>
      <dl className="mt-3 grid grid-cols-2 gap-x-4 gap-y-2 text-sm sm:grid-cols-4 xl:grid-cols-8">
        <Fact label="Position">
          {pair.position === null ? (
            "flat"
          ) : (
            <>
              <SideText side={pair.position.side} /> {pair.position.quantity}
            </>
          )}
        </Fact>
        <Fact label="Entry">{price(pair.position?.entry_price ?? null)}</Fact>
        <Fact label="Stop">{distanceText(pair)}</Fact>
        <Fact label="Profit and loss" className={signClass(pair.pnl)}>
          {change(pair.pnl)} (fees {number(Number(pair.fees))})
        </Fact>
        <Fact label="Mark">{price(pair.mark_price)}</Fact>
        <Fact label="Volatility, next 4 h">{percent(pair.forecast?.rv_forecast ?? null, 2)}</Fact>
        <Fact label="Expansion probability">{percent(pair.forecast?.p_expansion ?? null, 0)}</Fact>
        <Fact label="95 % excursion, 4 h">{percent(pair.forecast?.tail_q95 ?? null, 2)}</Fact>
      </dl>
      <p className="mt-2 text-sm text-muted">
        {pair.not_trading_because.length === 0 ? "Free to take new risk." : `No new risk: ${pair.not_trading_because.map(words).join(", ")}.`}
        {pair.cooldown_until_ms > now ? ` Cooldown until ${time(pair.cooldown_until_ms)}.` : ""}
        {pair.regime === "unknown" && pair.abstention !== "none" ? ` The regime model abstains: ${words(pair.abstention)}.` : ""}
      </p>
    </Card>
  );
}

function ModelCharts({ history }: { history: PairHistory }) {
  const posterior = useMemo(() => {
    const line = (name: string, colour: string, key: "trending" | "range_bound" | "high_volatility") => ({
      name,
      colour,
      points: history.regimes.map((r) => ({ ts_ms: r.ts_ms, value: r.posterior === null ? null : 100 * r.posterior[key] })),
    });
    return [line("↗ trending", "--trending", "trending"), line("↔ range-bound", "--range", "range_bound"), line("≋ high volatility", "--volatile", "high_volatility")];
  }, [history]);
  const volatility = useMemo(
    () => [
      { name: "volatility forecast", colour: "--accent", points: history.forecasts.map((f) => ({ ts_ms: f.ts_ms, value: 100 * f.rv_forecast })) },
      { name: "95 % excursion", colour: "--loss", dashed: true, points: history.forecasts.map((f) => ({ ts_ms: f.ts_ms, value: 100 * f.tail_q95 })) },
    ],
    [history],
  );
  const expansion = useMemo(() => [{ name: "probability that volatility expands", colour: "--volatile", area: true, points: history.forecasts.map((f) => ({ ts_ms: f.ts_ms, value: 100 * f.p_expansion })) }], [history]);
  return (
    <div className="grid gap-3 xl:grid-cols-3">
      <Card>
        <CardTitle>Posterior of each regime</CardTitle>
        <LineChart percent range={SHARE} lines={posterior} label="Posterior of each regime over time" />
      </Card>
      <Card>
        <CardTitle>Next four hours</CardTitle>
        <LineChart percent lines={volatility} label="Volatility forecast and tail quantile over time" />
      </Card>
      <Card>
        <CardTitle>Expansion</CardTitle>
        <LineChart percent lines={expansion} label="Expansion probability over time" />
      </Card>
    </div>
  );
}

const SHARE = [0, 100] as const;

function usePairDecisions(name: string) {
  const latest = useAtomValue(decisionsAtom).find((d) => d.pair === name)?.decision ?? "";
  return useQuery({
    queryKey: ["pair-decisions", name, latest],
    queryFn: ({ signal }) => api.decisions({ pair: name, outcome: "", text: "" }, { limit: 50 }, signal),
    placeholderData: (before) => before,
  });
}

function LastSized({ name }: { name: string }) {
  const time = useTime();
  const query = usePairDecisions(name);
  const sized = query.data?.decisions.find((d) => d.outcome === "approved" || d.outcome === "refused");
  return (
    <Card>
      <CardTitle aside={sized === undefined ? "" : time(sized.ts_ms)}>Risk factors of the last signal</CardTitle>
      {sized === undefined ? (
        <Empty>No signal has been sized yet. Rules look at each closed bar.</Empty>
      ) : (
        <>
          <WaterfallChart factors={sized.factors} multiplier={sized.multiplier} />
          <p className="mt-2 text-sm">
            <OutcomeBadge outcome={sized.outcome} /> {sized.sentence}{" "}
            <a className="underline" href={decisionHash(sized.decision)}>
              details
            </a>
          </p>
        </>
      )}
    </Card>
  );
}

function Guard({ pair, history }: { pair: PairView; history: PairHistory | undefined }) {
  const time = useTime();
  const guard = pair.guard;
  const events = [...(history?.guard ?? [])].reverse();
  return (
    <Card>
      <CardTitle aside={<GuardBadge level={guard.level} cause={guard.cause} />}>Guard evidence</CardTitle>
      {guard.level !== "normal" && guard.threshold > 0 && (
        <div className="mb-3 text-sm">
          <p className="figures">
            {words(guard.cause)} {number(guard.evidence)} against {number(guard.threshold)}; exposure ×{number(guard.exposure_factor)} since {time(guard.since_ms)}
          </p>
          <Meter used={Math.min(1, guard.evidence / guard.threshold)} label="Evidence against its threshold" className="mt-1" />
        </div>
      )}
      {events.length === 0 ? (
        <Empty>The guard has seen nothing unusual in this run.</Empty>
      ) : (
        <Table label="Guard events" className="max-h-80 overflow-y-auto" head={<><Th>When</Th><Th>Level</Th><Th>Cause</Th><Th className="num">Evidence</Th><Th className="num">Threshold</Th></>}>
          {events.slice(0, 50).map((g, i) => (
            <tr key={`${String(g.ts_ms)}-${String(i)}`}>
              <Td className="whitespace-nowrap">{time(g.ts_ms)}</Td>
              <Td className={g.level === "normal" ? "text-muted" : g.level === "caution" ? "text-warning" : "text-danger"}>{g.level}</Td>
              <Td>{words(g.cause)}</Td>
              <Td className="num">{g.evidence.toFixed(2)}</Td>
              <Td className="num">{g.threshold.toFixed(2)}</Td>
            </tr>
          ))}
        </Table>
      )}
    </Card>
  );
}

function PairDecisions({ name }: { name: string }) {
  const time = useTime();
  const query = usePairDecisions(name);
  const rows = query.data?.decisions ?? [];
  return (
    <Card>
      <CardTitle>Decisions on this pair</CardTitle>
      {rows.length === 0 ? (
        <Empty>None yet.</Empty>
      ) : (
        <Table label={`Decisions on ${coin(name)}`} className="max-h-96 overflow-y-auto" head={<><Th>When</Th><Th>Outcome</Th><Th>What and why</Th></>}>
          {rows.map((d) => (
            <tr key={d.seq}>
              <Td className="whitespace-nowrap">{time(d.ts_ms)}</Td>
              <Td>
                <OutcomeBadge outcome={d.outcome} />
              </Td>
              <Td>
                <a className="underline decoration-border underline-offset-2" href={decisionHash(d.decision)}>
                  {d.sentence}
                </a>
              </Td>
            </tr>
          ))}
        </Table>
      )}
    </Card>
  );
}
