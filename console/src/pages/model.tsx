import { api } from "@/api/client";
import { CalibrationChart } from "@/components/calibration-chart";
import { Empty, Failed, Loading } from "@/components/states";
import { Card, CardTitle } from "@/components/ui/card";
import { Table, Td, Th } from "@/components/ui/table";
import { number, percent, words } from "@/lib/format";
import { statusAtom } from "@/state/atoms";
import { useTime } from "@/state/use-time";
import { useQuery } from "@tanstack/react-query";
import { useAtomValue } from "jotai";
import type { ReactNode } from "react";

interface Hmm {
  initial: number[];
  transition: number[][];
  means: number[][];
}
interface Model {
  interval?: string;
  state_names?: string[];
  features?: string[];
  hmm?: Hmm;
  calibration?: { raw: number[]; calibrated: number[] };
  card?: Record<string, unknown>;
  risk?: Record<string, unknown>;
}

/** The model as the engine has it: what it was fitted on, what its states mean, how it is calibrated. */
export default function ModelPage() {
  const query = useQuery({ queryKey: ["model"], queryFn: ({ signal }) => api.model(signal), staleTime: 60_000 });
  const hash = useAtomValue(statusAtom)?.model_sha256 ?? "";
  if (query.isPending) return <Loading />;
  if (query.isError) return <Failed error={query.error} retry={() => void query.refetch()} />;
  const model = query.data as Model;
  return (
    <div className="space-y-3">
      <h1 className="text-lg font-semibold">Model</h1>
      <div className="grid gap-3 xl:grid-cols-2">
        <Card>
          <CardTitle aside={`bars of ${model.interval ?? "?"}`}>Card</CardTitle>
          <Facts facts={{ ...model.card, model_sha256: hash }} />
        </Card>
        <Card>
          <CardTitle>Calibration: what a posterior is worth</CardTitle>
          {model.calibration === undefined ? <Empty>This model holds no calibration.</Empty> : <CalibrationChart raw={model.calibration.raw} calibrated={model.calibration.calibrated} />}
        </Card>
      </div>
      {model.hmm !== undefined && <States model={model} hmm={model.hmm} />}
      <RiskModels risk={model.risk ?? {}} />
      <Refits current={hash} />
      <Card>
        <details>
          <summary className="cursor-pointer text-sm font-semibold">The whole file</summary>
          <pre tabIndex={0} className="mt-2 max-h-96 overflow-auto text-xs">
            {JSON.stringify(query.data, null, 1)}
          </pre>
        </details>
      </Card>
    </div>
  );
}

function text(value: unknown): ReactNode {
  if (typeof value === "number") return Number.isInteger(value) ? value.toLocaleString("en-US") : number(value, 4);
  if (Array.isArray(value)) return value.map(String).join(", ");
  return String(value);
}

function Facts({ facts }: { facts: Record<string, unknown> }) {
  return (
    <dl className="figures grid grid-cols-[10rem_1fr] gap-x-3 gap-y-1 text-sm">
      {Object.entries(facts).map(([name, value]) => (
        <div key={name} className="contents">
          <dt className="text-muted">{words(name)}</dt>
          <dd className="min-w-0 break-all">{text(value)}</dd>
        </div>
      ))}
    </dl>
  );
}

function States({ model, hmm }: { model: Model; hmm: Hmm }) {
  const names = (model.state_names ?? []).map(words);
  const features = (model.features ?? []).map(words);
  return (
    <div className="grid gap-3 xl:grid-cols-2">
      <Card>
        <CardTitle>What each regime looks like (standardised means)</CardTitle>
        <Table label="Means of the features in each state" head={<><Th>Feature</Th>{names.map((n) => <Th key={n} className="num">{n}</Th>)}</>}>
          {features.map((feature, f) => (
            <tr key={feature}>
              <Td>{feature}</Td>
              {names.map((n, s) => (
                <Td key={n} className="num">
                  <span className="rounded px-1" style={{ background: `color-mix(in srgb, var(${(hmm.means[s]?.[f] ?? 0) >= 0 ? "--gain" : "--loss"}) ${String(Math.round(Math.min(1, Math.abs(hmm.means[s]?.[f] ?? 0) / 2) * 35))}%, transparent)` }}>
                    {number(hmm.means[s]?.[f] ?? null)}
                  </span>
                </Td>
              ))}
            </tr>
          ))}
        </Table>
      </Card>
      <Card>
        <CardTitle>How regimes follow one another</CardTitle>
        <Table label="Transition probabilities per bar" head={<><Th>From</Th>{names.map((n) => <Th key={n} className="num">to {n}</Th>)}<Th className="num">stays for</Th></>}>
          {names.map((n, s) => {
            const stay = hmm.transition[s]?.[s] ?? 0;
            return (
              <tr key={n}>
                <Td>{n}</Td>
                {names.map((m, t) => (
                  <Td key={m} className="num">
                    {percent(hmm.transition[s]?.[t] ?? null, 2)}
                  </Td>
                ))}
                <Td className="num">{stay < 1 ? `${number(1 / (1 - stay), 0)} bars` : "–"}</Td>
              </tr>
            );
          })}
        </Table>
        <p className="mt-2 text-xs text-muted">The regime in force also needs enough confidence and a minimum dwell; the model may abstain.</p>
      </Card>
    </div>
  );
}

function RiskModels({ risk }: { risk: Record<string, unknown> }) {
  return (
    <Card>
      <CardTitle>Risk models: volatility, expansion, tail</CardTitle>
      <div className="grid gap-4 md:grid-cols-3">
        {Object.entries(risk).map(([name, value]) => (
          <div key={name}>
            <h3 className="mb-1 text-sm font-medium">{words(name)}</h3>
            <dl className="figures grid grid-cols-[7rem_1fr] gap-x-2 text-sm">
              {Object.entries(typeof value === "object" && value !== null ? value : { value }).map(([k, v]) => (
                <div key={k} className="contents">
                  <dt className="text-muted">{words(k)}</dt>
                  <dd className="min-w-0 break-words">{Array.isArray(v) ? v.map((x) => number(Number(x), 3)).join("  ") : text(v)}</dd>
                </div>
              ))}
            </dl>
          </div>
        ))}
      </div>
    </Card>
  );
}

/** Which model each start of the engine ran on: a refit shows as a new hash. */
function Refits({ current }: { current: string }) {
  const time = useTime();
  const query = useQuery({ queryKey: ["engine-runs"], queryFn: ({ signal }) => api.engineRuns(signal), staleTime: 10_000 });
  return (
    <Card>
      <CardTitle>Models in this journal, start by start</CardTitle>
      {query.isError && <Failed error={query.error} retry={() => void query.refetch()} />}
      <Table label="Engine starts" head={<><Th>Started</Th><Th>Command</Th><Th>Model</Th><Th>Config</Th></>}>
        {(query.data?.engine_runs ?? []).map((r) => (
          <tr key={r.run_id}>
            <Td className="whitespace-nowrap">{time(r.wall_ms)}</Td>
            <Td>{r.command}</Td>
            <Td className="font-mono text-xs">
              {r.model_sha256.slice(0, 12)} {r.model_sha256 === current ? "(in force)" : ""}
            </Td>
            <Td className="font-mono text-xs">{r.config_sha256.slice(0, 12)}</Td>
          </tr>
        ))}
      </Table>
      <p className="mt-2 text-xs text-muted">A model that fails its checks is refused at the start with the reason, and the engine does not run on it. Refits and refusals of walk-forward runs stand under Runs.</p>
    </Card>
  );
}
