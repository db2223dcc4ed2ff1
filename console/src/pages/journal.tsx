import { api, apiUrl } from "@/api/client";
import { Failed } from "@/components/states";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { statusAtom } from "@/state/atoms";
import { useQuery } from "@tanstack/react-query";
import { useAtomValue } from "jotai";

const TABLES = ["decisions", "order_events", "fills", "equity", "guard_events", "supervision_events", "ai_log_uploads"];

export function JournalPage() {
  const status = useAtomValue(statusAtom);
  const check = useQuery({ queryKey: ["verify"], queryFn: ({ signal }) => api.verify(signal), enabled: false });
  return (
    <Card className="space-y-4">
      <h1 className="text-lg font-semibold">Journal</h1>
      <p className="text-sm text-muted">
        Every decision, order event and fill, chained by hashes. {status?.journal_records ?? 0} records in this run.
      </p>
      <div className="flex flex-wrap items-center gap-3">
        <Button variant="primary" disabled={check.isFetching} onClick={() => void check.refetch()}>
          {check.isFetching ? "Verifying…" : "Verify now"}
        </Button>
        {check.data !== undefined && (
          <p role="status" className={check.data.verified ? "text-accent" : "text-danger"}>
            {check.data.verified ? `✓ the chain of ${String(check.data.records)} records holds` : `✗ ${check.data.problem}`}
          </p>
        )}
      </div>
      {check.isError && <Failed error={check.error} retry={() => void check.refetch()} />}
      <div>
        <h2 className="text-sm font-semibold text-muted">Export as CSV</h2>
        <ul className="mt-1 flex flex-wrap gap-3 text-sm">
          {TABLES.map((t) => (
            <li key={t}>
              <a className="underline" href={apiUrl(`journal/export/${t}.csv`)} download={`${t}.csv`}>
                {t}
              </a>
            </li>
          ))}
        </ul>
      </div>
    </Card>
  );
}
