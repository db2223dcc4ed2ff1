// A run, span by span: the Runs page and the self-contained report show the same.

import type { Line } from "@/charts/line-chart";
import { LineChart } from "@/charts/lazy";
import { Empty } from "@/components/states";
import { Card, CardTitle } from "@/components/ui/card";
import { Select } from "@/components/ui/field";
import { Table, Td, Th } from "@/components/ui/table";
import { amount, change, coin, percent, signClass, words } from "@/lib/format";
import { isMetric, metricName, metricText } from "@/report/metrics";
import { RunTables } from "@/report/run-tables";
import type { RunReport, RunSpan } from "@/report/types";
import { useTime } from "@/state/use-time";
import { useMemo, useState } from "react";

const CURVES: Record<string, { name: string; colour: string; dashed: boolean }> = {
  guarded: { name: "RegimeGuard", colour: "--accent", dashed: false },
  unguarded: { name: "unguarded, same mean leverage", colour: "--loss", dashed: false },
  unguarded_unscaled: { name: "unguarded, full size", colour: "--unknown", dashed: true },
  buy_and_hold: { name: "buy and hold", colour: "--range", dashed: true },
};

export function RunView({ report }: { report: RunReport }) {
  const [at, setAt] = useState(0);
  const span = report.spans[Math.min(at, report.spans.length - 1)];
  return (
    <div className="space-y-3">
      {report.spans.length > 1 && (
        <label className="flex items-center gap-2 text-sm">
          Span
          <Select value={at} onChange={(e) => { setAt(Number(e.target.value)); }}>
            {report.spans.map((s, i) => (
              <option key={s.name} value={i}>
                {s.name}
              </option>
            ))}
          </Select>
        </label>
      )}
      {report.walk_forward !== null && <WalkForward data={report.walk_forward} />}
      {span !== undefined && <Span key={span.name} span={span} />}
    </div>
  );
}

function Span({ span }: { span: RunSpan }) {
  const time = useTime();
  return (
    <div className="space-y-3">
      <Headline span={span} />
      <Curves span={span} />
      <div className="grid gap-3 xl:grid-cols-2">
        <Card>
          <CardTitle aside={`${time(span.from_ms)} – ${time(span.to_ms)}`}>Metrics beside the baselines</CardTitle>
          <MetricsTable span={span} />
        </Card>
        <div className="space-y-3">
          <Pairs span={span} />
          <Reasons title="Why positions ended" counts={span.exit_reasons} />
          <Reasons title="Why signals were refused" counts={span.refusals} />
        </div>
      </div>
      <Forecasts span={span} />
      <RunTables span={span} />
    </div>
  );
}

function Headline({ span }: { span: RunSpan }) {
  const keys = ["total_return", "max_drawdown", "sharpe", "profit_factor", "win_rate", "trades", "mean_gross_leverage", "cvar_95"];
  return (
    <dl className="grid grid-cols-2 gap-2 sm:grid-cols-4 2xl:grid-cols-8">
      {keys.map((key) => (
        <div key={key} className="min-w-0 rounded-xl border border-border bg-card p-3">
          <dt className="truncate text-xs text-muted">{metricName(key)}</dt>
          <dd className={`figures text-lg font-semibold ${key === "total_return" ? signClass(span.metrics[key] ?? 0) : ""}`}>{metricText(key, span.metrics[key])}</dd>
        </div>
      ))}
    </dl>
  );
}

function Curves({ span }: { span: RunSpan }) {
  const equity = useMemo<Line[]>(
    () => span.curves.map((c) => ({ ...(CURVES[c.name] ?? { name: words(c.name), colour: "--unknown", dashed: true }), points: c.rows.map(([ts, value]) => ({ ts_ms: ts, value })) })),
    [span],
  );
  const drawdown = useMemo<Line[]>(
    () => span.curves.map((c) => ({ ...(CURVES[c.name] ?? { name: words(c.name), colour: "--unknown", dashed: true }), points: c.rows.map(([ts, , dd]) => ({ ts_ms: ts, value: -100 * dd })) })),
    [span],
  );
  const leverage = useMemo<Line[]>(() => {
    const rows = span.curves[0]?.rows ?? [];
    return [
      { name: "gross leverage", colour: "--accent", area: true, points: rows.map((r) => ({ ts_ms: r[0], value: r[3] })) },
      { name: "net leverage", colour: "--loss", points: rows.map((r) => ({ ts_ms: r[0], value: r[4] })) },
    ];
  }, [span]);
  return (
    <>
      <Card>
        <CardTitle aside={`${amount(span.initial_equity)} → ${amount(span.final_equity)} USDT`}>Equity</CardTitle>
        <LineChart lines={equity} label="Equity of the run and its baselines" height="h-72" />
      </Card>
      <div className="grid gap-3 xl:grid-cols-2">
        <Card>
          <CardTitle>Drawdown</CardTitle>
          <LineChart percent lines={drawdown} label="Drawdown of the run and its baselines" />
        </Card>
        <Card>
          <CardTitle>Exposure</CardTitle>
          <LineChart lines={leverage} label="Leverage over time" />
        </Card>
      </div>
    </>
  );
}

function MetricsTable({ span }: { span: RunSpan }) {
  const baselines = Object.keys(span.baselines);
  return (
    <Table label="Metrics" head={<><Th>Metric</Th><Th className="num">RegimeGuard</Th>{baselines.map((b) => <Th key={b} className="num">{words(b)}</Th>)}</>}>
      {Object.entries(span.metrics).map(([key, value]) => (
        <tr key={key}>
          <Td>{metricName(key)}</Td>
          <Td className="num font-semibold">{metricText(key, value)}</Td>
          {baselines.map((b) => (
            <Td key={b} className="num text-muted">
              {span.baselines[b] !== undefined && key in span.baselines[b] ? metricText(key, span.baselines[b][key]) : ""}
            </Td>
          ))}
        </tr>
      ))}
    </Table>
  );
}

function Pairs({ span }: { span: RunSpan }) {
  return (
    <Card>
      <CardTitle>Pair by pair</CardTitle>
      {span.pairs.length === 0 ? (
        <Empty>No trade was made.</Empty>
      ) : (
        <Table label="Results per pair" head={<><Th>Pair</Th><Th className="num">Trades</Th><Th className="num">Winners</Th><Th className="num">Stops</Th><Th className="num">Fees</Th><Th className="num">Funding</Th><Th className="num">Profit</Th></>}>
          {span.pairs.map((p) => (
            <tr key={p.pair}>
              <Td>{coin(p.pair)}</Td>
              <Td className="num">{p.trades}</Td>
              <Td className="num">{percent(p.wins / p.trades, 0)}</Td>
              <Td className="num">{p.stops}</Td>
              <Td className="num">{amount(p.fees)}</Td>
              <Td className="num">{change(p.funding)}</Td>
              <Td className={`num ${signClass(p.pnl)}`}>{change(p.pnl)}</Td>
            </tr>
          ))}
        </Table>
      )}
    </Card>
  );
}

function Reasons({ title, counts }: { title: string; counts: Record<string, number> | null }) {
  const rows = Object.entries(counts ?? {}).sort((a, b) => b[1] - a[1]);
  const most = rows[0]?.[1] ?? 1;
  return (
    <Card>
      <CardTitle>{title}</CardTitle>
      {rows.length === 0 && <Empty>None.</Empty>}
      <ul className="figures space-y-1 text-sm">
        {rows.map(([reason, n]) => (
          <li key={reason} className="grid grid-cols-[11rem_1fr_4rem] items-center gap-2">
            <span className="truncate">{words(reason)}</span>
            <span className="h-3 rounded bg-accent/70" style={{ width: `${String((100 * n) / most)}%` }} />
            <span className="num">{amount(n, 0)}</span>
          </li>
        ))}
      </ul>
    </Card>
  );
}

function Forecasts({ span }: { span: RunSpan }) {
  const pairs = Object.keys(span.forecasts);
  const [pair, setPair] = useState(pairs[0] ?? "");
  const shown = span.forecasts[pair];
  const lines = useMemo<Line[]>(
    () => [
      { name: "forecast", colour: "--accent", points: (shown?.points ?? []).map((p) => ({ ts_ms: p[0], value: 100 * p[1] })) },
      { name: "realised", colour: "--unknown", dashed: true, points: (shown?.points ?? []).map((p) => ({ ts_ms: p[0], value: p[2] === null ? null : 100 * p[2] })) },
      { name: "95 % excursion", colour: "--loss", points: (shown?.points ?? []).map((p) => ({ ts_ms: p[0], value: 100 * p[4] })) },
    ],
    [shown],
  );
  if (shown === undefined) return null;
  const keys = Object.keys(shown.scores);
  return (
    <div className="grid gap-3 xl:grid-cols-2">
      <Card>
        <CardTitle
          aside={
            <Select aria-label="Pair" value={pair} onChange={(e) => { setPair(e.target.value); }}>
              {pairs.map((p) => (
                <option key={p} value={p}>
                  {coin(p)}
                </option>
              ))}
            </Select>
          }
        >
          Volatility over four hours: forecast and what came
        </CardTitle>
        <LineChart percent lines={lines} label="Forecast and realised volatility" height="h-64" />
      </Card>
      <Card>
        <CardTitle>How good the risk models’ forecasts were</CardTitle>
        <Table label="Scores per pair" head={<><Th>Pair</Th>{keys.map((k) => <Th key={k} className="num">{metricName(k)}</Th>)}</>}>
          {pairs.map((p) => (
            <tr key={p}>
              <Td>{coin(p)}</Td>
              {keys.map((k) => (
                <Td key={k} className="num">
                  {metricText(k, span.forecasts[p]?.scores[k])}
                </Td>
              ))}
            </tr>
          ))}
        </Table>
      </Card>
    </div>
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

const OF_A_RUN = ["total_return", "max_drawdown", "sharpe", "trades"];

/** Figures of a run within a row become columns of their own: "guarded max_drawdown". */
export function flat(row: Record<string, unknown>): Record<string, unknown> {
  const out: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(row)) {
    if (!isRecord(value) || "estimate" in value) out[key] = value;
    else for (const name of OF_A_RUN) if (name in value) out[`${key} ${name}`] = value[name];
  }
  return out;
}

export function plain(value: unknown): string {
  if (isRecord(value) && "estimate" in value) return `${plain(value["estimate"])} [${plain(value["lower_95"])}, ${plain(value["upper_95"])}]`;
  if (typeof value === "number") return Number.isInteger(value) ? value.toLocaleString("en-US") : amount(value, 4);
  if (value === null || value === undefined) return "–";
  return isRecord(value) || Array.isArray(value) ? JSON.stringify(value) : String(value);
}

/** Refits, window by window, with what was refused and why: the walk-forward's own document. Lists of
 * like objects become tables, plain figures a list; whatever it holds is shown. */
function WalkForward({ data }: { data: unknown }) {
  if (!isRecord(data)) return null;
  const facts = Object.entries(data).filter(([, v]) => !Array.isArray(v) && !isRecord(v));
  const blocks = Object.entries(data).filter(([, v]) => isRecord(v)) as [string, Record<string, unknown>][];
  const lists = Object.entries(data).filter(([, v]) => Array.isArray(v) && v.some(isRecord)) as [string, unknown[]][];
  return (
    <>
      <Card>
        <CardTitle>Walk-forward: fitted on the past, scored on what followed</CardTitle>
        <Facts rows={facts} />
      </Card>
      {blocks.map(([name, block]) => (
        <Card key={name}>
          <CardTitle>{words(name)}</CardTitle>
          <Facts rows={Object.entries(block)} />
        </Card>
      ))}
      {lists.map(([name, list]) => (
        <Card key={name}>
          <CardTitle aside={`${String(list.length)}`}>{words(name)}</CardTitle>
          <ObjectTable name={words(name)} rows={list.filter(isRecord)} />
        </Card>
      ))}
    </>
  );
}

function Facts({ rows }: { rows: [string, unknown][] }) {
  return (
    <dl className="figures grid grid-cols-[12rem_1fr] gap-x-3 gap-y-1 text-sm">
      {rows.map(([k, v]) => (
        <div key={k} className="contents">
          <dt className="text-muted">{metricName(k)}</dt>
          <dd className="min-w-0 break-words">{plain(v)}</dd>
        </div>
      ))}
    </dl>
  );
}

/** "guarded max_drawdown" → "max_drawdown". */
function metricOf(column: string): string {
  return column.split(" ").at(-1) ?? column;
}

function ObjectTable({ name, rows }: { name: string; rows: Record<string, unknown>[] }) {
  const flats = rows.map(flat);
  const columns = [...new Set(flats.flatMap((r) => Object.keys(r)))];
  return (
    <Table label={name} className="max-h-96 overflow-y-auto" head={columns.map((c) => <Th key={c}>{words(c)}</Th>)}>
      {flats.map((r, i) => (
        <tr key={i}>
          {columns.map((c) => (
            <Td key={c} className={typeof r[c] === "number" ? "num" : "max-w-64 truncate"}>
              {typeof r[c] === "number" && isMetric(metricOf(c)) ? metricText(metricOf(c), r[c]) : plain(r[c])}
            </Td>
          ))}
        </tr>
      ))}
    </Table>
  );
}
