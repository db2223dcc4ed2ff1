import { api, apiUrl, getReadToken } from "@/api/client";
import { Empty, Failed, Loading } from "@/components/states";
import { Button } from "@/components/ui/button";
import { Card, CardTitle } from "@/components/ui/card";
import { EventsTable } from "@/components/events-table";
import { amount } from "@/lib/format";
import { statusAtom } from "@/state/atoms";
import { useTime } from "@/state/use-time";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useAtomValue } from "jotai";

const TABLES = ["runs", "decisions", "order_events", "fills", "equity", "guard_events", "supervision_events", "ai_log_uploads"];

export default function JournalPage() {
  const events = useQuery({ queryKey: ["events", 200], queryFn: ({ signal }) => api.events(200, signal), refetchInterval: 3000 });
  return (
    <div className="space-y-3">
      <h1 className="text-lg font-semibold">Journal</h1>
      <div className="grid gap-3 xl:grid-cols-2">
        <Verify />
        <Export />
      </div>
      <Card>
        <CardTitle>What supervisors and operators did</CardTitle>
        {events.isPending && <Loading />}
        {events.isError && <Failed error={events.error} retry={() => void events.refetch()} />}
        {events.data?.events.length === 0 && <Empty>Nothing yet: no restart, no halt, no operator’s hand.</Empty>}
        {events.data !== undefined && events.data.events.length > 0 && <EventsTable events={events.data.events} />}
      </Card>
    </div>
  );
}

function Verify() {
  const time = useTime();
  const status = useAtomValue(statusAtom);
  const check = useQuery({ queryKey: ["verify"], queryFn: ({ signal }) => api.verify(signal), enabled: false });
  return (
    <Card>
      <CardTitle>Is it whole?</CardTitle>
      <p className="mb-3 text-sm text-muted">
        Every decision, order event and fill is chained by SHA-256; the head is signed. {amount(status?.journal_records ?? 0, 0)} records. Verifying reads the whole file and names the
        first altered, missing or reordered record.
      </p>
      <div className="flex flex-wrap items-center gap-3">
        <Button variant="primary" disabled={check.isFetching} onClick={() => void check.refetch()}>
          {check.isFetching ? "Verifying…" : "Verify now"}
        </Button>
        {check.data !== undefined && !check.isFetching && (
          <p role="status" data-testid="verified" className={check.data.verified ? "text-accent" : "text-danger"}>
            {check.data.verified ? `✓ the chain of ${amount(check.data.records, 0)} records holds` : `✗ ${check.data.problem}`}{" "}
            <span className="text-xs text-muted">({time(check.dataUpdatedAt)})</span>
          </p>
        )}
      </div>
      {check.isError && <Failed error={check.error} retry={() => void check.refetch()} />}
    </Card>
  );
}

/** With a token in play a plain link would be refused: then the table is fetched and saved. */
async function save(table: string): Promise<void> {
  const response = await fetch(apiUrl(`journal/export/${table}.csv`), { headers: { Authorization: `Bearer ${getReadToken()}` } });
  if (!response.ok) throw new Error(`The export was refused (${String(response.status)}).`);
  const link = document.createElement("a");
  link.href = URL.createObjectURL(await response.blob());
  link.download = `${table}.csv`;
  link.click();
  URL.revokeObjectURL(link.href);
}

function Export() {
  const saving = useMutation({ mutationFn: save });
  return (
    <Card>
      <CardTitle>Export as CSV</CardTitle>
      <p className="mb-3 text-sm text-muted">Each row carries its place in the chain and its hash.</p>
      <ul className="flex flex-wrap gap-2 text-sm">
        {TABLES.map((t) => (
          <li key={t}>
            {getReadToken() === "" ? (
              <a className="inline-block rounded-lg border border-border px-2.5 py-1.5 hover:border-accent" href={apiUrl(`journal/export/${t}.csv`)} download={`${t}.csv`}>
                {t}
              </a>
            ) : (
              <Button onClick={() => { saving.mutate(t); }}>{t}</Button>
            )}
          </li>
        ))}
      </ul>
      {saving.isError && <Failed error={saving.error} retry={() => { saving.reset(); }} />}
    </Card>
  );
}
