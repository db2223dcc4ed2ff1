import { api } from "@/api/client";
import { Empty, Failed, Loading } from "@/components/states";
import { Card, CardTitle } from "@/components/ui/card";
import { Table, Td, Th } from "@/components/ui/table";
import { amount, percent, signClass, words } from "@/lib/format";
import { RunView } from "@/report/run-view";
import { useTime } from "@/state/use-time";
import { useQuery } from "@tanstack/react-query";

export default function RunsPage({ name }: { name: string | null }) {
  return name === null ? <RunList /> : <OneRun name={name} />;
}

function RunList() {
  const time = useTime();
  const query = useQuery({ queryKey: ["runs"], queryFn: ({ signal }) => api.runs(signal), refetchInterval: 10_000 });
  if (query.isPending) return <Loading />;
  if (query.isError) return <Failed error={query.error} retry={() => void query.refetch()} />;
  return (
    <Card>
      <h1 className="text-lg font-semibold">Runs</h1>
      <CardTitle aside={query.data.folder}>Backtests and walk-forwards</CardTitle>
      {query.data.runs.length === 0 ? (
        <Empty>
          No run yet. Make one with <code>regimeguard backtest --data DIR --baselines --out {query.data.folder || "data/runs"}/NAME</code>; it shows up here.
        </Empty>
      ) : (
        <Table label="Runs" head={<><Th>Name</Th><Th>Kind</Th><Th>From</Th><Th>To</Th><Th className="num">Return</Th><Th className="num">Drawdown</Th><Th className="num">Final equity</Th></>}>
          {query.data.runs.map((r) => {
            const gain = r.final_equity !== undefined && r.initial_equity !== undefined ? r.final_equity / r.initial_equity - 1 : null;
            return (
              <tr key={r.name}>
                <Td>
                  <a className="font-medium underline" href={`#/runs/${encodeURIComponent(r.name)}`}>
                    {r.name}
                  </a>
                </Td>
                <Td>
                  {words(r.kind ?? "")}
                  {r.spans !== undefined && r.spans > 1 ? `, ${String(r.spans)} spans` : ""}
                  {r.problem !== undefined && <span className="text-danger"> {r.problem}</span>}
                </Td>
                <Td className="whitespace-nowrap">{r.from_ms === undefined ? "–" : time(r.from_ms)}</Td>
                <Td className="whitespace-nowrap">{r.to_ms === undefined ? "–" : time(r.to_ms)}</Td>
                <Td className={`num ${signClass(gain ?? 0)}`}>{percent(gain, 2)}</Td>
                <Td className="num">{percent(r.max_drawdown ?? null, 2)}</Td>
                <Td className="num">{r.final_equity === undefined ? "–" : amount(r.final_equity)}</Td>
              </tr>
            );
          })}
        </Table>
      )}
    </Card>
  );
}

function OneRun({ name }: { name: string }) {
  const query = useQuery({ queryKey: ["run", name], queryFn: ({ signal }) => api.run(encodeURIComponent(name), signal), staleTime: Infinity });
  return (
    <div className="space-y-3">
      <h1 className="text-lg font-semibold">
        <a href="#/runs" className="text-muted underline">
          Runs
        </a>{" "}
        / {name}
      </h1>
      {query.isPending && <Loading />}
      {query.isError && <Failed error={query.error} retry={() => void query.refetch()} />}
      {query.data !== undefined && <RunView report={query.data} />}
    </div>
  );
}
