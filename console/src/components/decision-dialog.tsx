import { api } from "@/api/client";
import { OutcomeBadge, RegimeBadge } from "@/components/badges";
import { Failed, Loading } from "@/components/states";
import { Dialog } from "@/components/ui/dialog";
import { WaterfallChart } from "@/components/waterfall-chart";
import { price, utcTime, words } from "@/lib/format";
import { useQuery } from "@tanstack/react-query";

export function DecisionDialog({ id, close }: { id: string | null; close: () => void }) {
  return (
    <Dialog
      open={id !== null}
      onOpenChange={(open) => {
        if (!open) close();
      }}
      title={`Decision ${id ?? ""}`}
      description="What was decided, from which numbers, and what came of it."
    >
      {id !== null && <DecisionBody id={id} />}
    </Dialog>
  );
}

function DecisionBody({ id }: { id: string }) {
  const query = useQuery({ queryKey: ["decision", id], queryFn: ({ signal }) => api.decision(id, signal) });
  if (query.isPending) return <Loading />;
  if (query.isError) return <Failed error={query.error} retry={() => void query.refetch()} />;
  const d = query.data;
  const sized = d.outcome === "approved" || d.outcome === "refused";
  return (
    <div className="space-y-4 text-sm">
      <p className="text-base">{d.sentence}</p>
      <p className="flex flex-wrap gap-2">
        <OutcomeBadge outcome={d.outcome} /> <RegimeBadge regime={d.regime} confidence={d.confidence} />
        <span>{utcTime(d.ts_ms)}</span>
      </p>
      {sized && <WaterfallChart factors={d.factors} multiplier={d.multiplier} />}
      <dl className="grid grid-cols-2 gap-1">
        <dt className="text-muted">Side, rule</dt>
        <dd>
          {d.side}, {words(d.rule)}
        </dd>
        <dt className="text-muted">Quantity</dt>
        <dd data-testid="decision-quantity">{d.quantity}</dd>
        <dt className="text-muted">Price</dt>
        <dd>{price(d.price)}</dd>
        <dt className="text-muted">Stop distance</dt>
        <dd>{d.stop_distance === null ? "–" : `${(100 * d.stop_distance).toFixed(2)} %`}</dd>
        <dt className="text-muted">AI log</dt>
        <dd>{d.ai_log === "" ? "–" : d.ai_log}</dd>
        <dt className="text-muted">Record hash</dt>
        <dd className="font-mono text-xs break-all">{d.hash}</dd>
      </dl>
      {d.counterfactuals.length > 0 && (
        <ul className="list-disc space-y-1 pl-5">
          {d.counterfactuals.map((c) => (
            <li key={c.factor}>{c.sentence}</li>
          ))}
        </ul>
      )}
      <Outcomes orders={d.orders.map((o) => `${o.role} ${o.side} ${o.quantity}: ${words(o.state)}`)} fills={d.fills.map((f) => `${f.side} ${f.quantity} @ ${f.price}, fee ${f.fee}`)} />
    </div>
  );
}

function Outcomes({ orders, fills }: { orders: string[]; fills: string[] }) {
  if (orders.length === 0 && fills.length === 0) return <p className="text-muted">No order came of it.</p>;
  return (
    <div>
      <h3 className="font-medium">Orders and fills</h3>
      <ul className="list-disc pl-5">
        {[...orders, ...fills].map((text, i) => (
          <li key={`${String(i)}${text}`}>{text}</li>
        ))}
      </ul>
    </div>
  );
}
