import { api } from "@/api/client";
import type { PairHistory } from "@/api/types";
import { LineChart } from "@/charts/line-chart";
import { PriceChart } from "@/charts/price-chart";
import { ActionButton, pausePair } from "@/components/actions";
import { GuardBadge, RegimeBadge } from "@/components/badges";
import { Empty, Failed, Loading } from "@/components/states";
import { Badge } from "@/components/ui/badge";
import { Card, CardTitle } from "@/components/ui/card";
import { Table, Td, Th } from "@/components/ui/table";
import { WaterfallChart } from "@/components/waterfall-chart";
import { coin, utcTime, words } from "@/lib/format";
import { decisionsAtom, statusAtom, themeAtom } from "@/state/atoms";
import { useQuery } from "@tanstack/react-query";
import { useAtomValue } from "jotai";
import { useMemo } from "react";

export function PairPage({ name }: { name: string }) {
  const status = useAtomValue(statusAtom);
  const theme = useAtomValue(themeAtom);
  const decisions = useAtomValue(decisionsAtom);
  const history = useQuery({ queryKey: ["history", name], queryFn: ({ signal }) => api.history(name, signal), refetchInterval: 3000 });
  const pair = status?.pairs[name];
  if (pair === undefined) return <Empty>{status === null ? "Waiting for the engine…" : "The engine does not trade this pair."}</Empty>;
  const sized = decisions.find((d) => d.pair === name && (d.outcome === "approved" || d.outcome === "refused"));
  const stop = pair.position?.stop_price ?? null;
  return (
    <div className="space-y-4">
      <header className="flex flex-wrap items-center gap-2">
        <h1 className="text-xl font-semibold">{coin(name)}</h1>
        <RegimeBadge regime={pair.regime} confidence={pair.confidence} />
        <GuardBadge level={pair.guard.level} cause={pair.guard.cause} />
        {pair.paused && <Badge tone="warning">paused</Badge>}
        <span className="grow" />
        <ActionButton action={pausePair(name, pair.paused)} />
      </header>
      {pair.not_trading_because.length > 0 && <p className="text-sm text-muted">Not trading: {pair.not_trading_because.map(words).join(", ")}.</p>}
      {history.isPending && <Loading />}
      {history.isError && <Failed error={history.error} retry={() => void history.refetch()} />}
      {history.data !== undefined && (
        <>
          <Card>
            <CardTitle>Price, regimes, entries and exits</CardTitle>
            <PriceChart history={history.data} stopPrice={stop === null ? null : Number(stop)} theme={theme} />
          </Card>
          <ModelCharts history={history.data} theme={theme} />
          <GuardTable history={history.data} />
        </>
      )}
      {sized !== undefined && (
        <Card>
          <CardTitle>
            Risk factors of the last sized decision ({sized.decision}, {words(sized.outcome)})
          </CardTitle>
          <WaterfallChart factors={sized.factors} multiplier={sized.multiplier} />
        </Card>
      )}
    </div>
  );
}

function ModelCharts({ history, theme }: { history: PairHistory; theme: string }) {
  const posterior = useMemo(() => {
    const known = history.regimes.filter((r) => r.posterior !== null);
    const line = (name: string, colour: string, key: "trending" | "range_bound" | "high_volatility") => ({
      name,
      colour,
      points: known.map((r) => ({ ts_ms: r.ts_ms, value: r.posterior?.[key] ?? 0 })),
    });
    return [line("trending", "--trending", "trending"), line("range-bound", "--range", "range_bound"), line("high volatility", "--volatile", "high_volatility")];
  }, [history]);
  const forecast = useMemo(
    () => [
      { name: "volatility forecast %", colour: "--accent", points: history.forecasts.map((f) => ({ ts_ms: f.ts_ms, value: 100 * f.rv_forecast })) },
      { name: "tail 95 %", colour: "--loss", points: history.forecasts.map((f) => ({ ts_ms: f.ts_ms, value: 100 * f.tail_q95 })) },
      { name: "expansion probability", colour: "--volatile", scale: "left" as const, points: history.forecasts.map((f) => ({ ts_ms: f.ts_ms, value: f.p_expansion })) },
    ],
    [history],
  );
  return (
    <div className="grid gap-4 lg:grid-cols-2">
      <Card>
        <CardTitle>Posterior of each regime</CardTitle>
        <LineChart lines={posterior} label="Posterior of each regime over time" theme={theme} />
      </Card>
      <Card>
        <CardTitle>Forecasts over the next four hours</CardTitle>
        <LineChart lines={forecast} label="Volatility forecast, tail quantile and expansion probability over time" theme={theme} />
      </Card>
    </div>
  );
}

function GuardTable({ history }: { history: PairHistory }) {
  return (
    <Card>
      <CardTitle>Guard evidence</CardTitle>
      {history.guard.length === 0 ? (
        <Empty>The guard has seen nothing unusual.</Empty>
      ) : (
        <Table
          label="Guard events"
          head={
            <>
              <Th>When</Th>
              <Th>Level</Th>
              <Th>Cause</Th>
              <Th className="num">Evidence</Th>
              <Th className="num">Threshold</Th>
            </>
          }
        >
          {[...history.guard].reverse().slice(0, 20).map((g) => (
            <tr key={`${String(g.ts_ms)}${g.level}${g.cause}`}>
              <Td>{utcTime(g.ts_ms)}</Td>
              <Td>{g.level}</Td>
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
