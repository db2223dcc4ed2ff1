import { api, apiUrl } from "@/api/client";
import type { DecisionDetail } from "@/api/types";
import { OutcomeBadge, RegimeBadge, SideText } from "@/components/badges";
import { Failed, Loading } from "@/components/states";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { Table, Td, Th } from "@/components/ui/table";
import { WaterfallChart } from "@/components/waterfall-chart";
import { amount, coin, number, percent, price, words } from "@/lib/format";
import { closeDecision, decisionHash } from "@/state/use-hash";
import { useTime } from "@/state/use-time";
import { useQuery } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";

export function DecisionDialog({ id }: { id: string | null }) {
  return (
    <Dialog
      open={id !== null}
      onOpenChange={(open) => {
        if (!open) closeDecision();
      }}
      title={`Decision ${id ?? ""}`}
      description="What was decided, from which numbers, and what came of it. From the journal’s record alone."
    >
      {id !== null && <DecisionBody id={id} />}
    </Dialog>
  );
}

function DecisionBody({ id }: { id: string }) {
  const query = useQuery({ queryKey: ["decision", id], queryFn: ({ signal }) => api.decision(id, signal) });
  if (query.isPending) return <Loading />;
  if (query.isError) return <Failed error={query.error} retry={() => void query.refetch()} />;
  return <DecisionView d={query.data} />;
}

function DecisionView({ d }: { d: DecisionDetail }) {
  const time = useTime();
  const sized = d.outcome === "approved" || d.outcome === "refused";
  return (
    <div className="space-y-4 text-sm">
      <p className="flex flex-wrap items-center gap-2">
        <strong className="text-base">{coin(d.pair)}</strong> <SideText side={d.side} /> <OutcomeBadge outcome={d.outcome} />{" "}
        <RegimeBadge regime={d.regime} confidence={d.confidence} />
        <span className="text-muted">{time(d.ts_ms)}</span>
      </p>
      <div data-testid="sentence">
        <p className="text-base">{d.sentence.split(/(?<=\.) /).slice(0, 2).join(" ")}</p>
        <p className="mt-1 text-muted">{d.sentence.split(/(?<=\.) /).slice(2).join(" ")}</p>
      </div>
      {sized && (
        <Section title="From the full size to the order’s size">
          <WaterfallChart factors={d.factors} multiplier={d.multiplier} />
          {d.full_quantity !== null && <SizeLine d={d} />}
        </Section>
      )}
      {d.counterfactuals.length > 0 && (
        <Section title="Had it been otherwise">
          <ul className="list-disc space-y-1 pl-5">
            {d.counterfactuals.map((c) => (
              <li key={c.factor} className="first-letter:uppercase">
                {c.sentence}
              </li>
            ))}
          </ul>
        </Section>
      )}
      <Section title="Numbers">
        <Numbers d={d} />
      </Section>
      <Outcomes d={d} />
      <Record d={d} />
    </div>
  );
}

function Section({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section>
      <h3 className="mb-1 font-semibold">{title}</h3>
      {children}
    </section>
  );
}

/** Full size × multiplier, then down to the lot: the size that was ordered. */
function SizeLine({ d }: { d: DecisionDetail }) {
  const full = d.full_quantity ?? 0;
  return (
    <p className="figures mt-2 rounded-lg bg-raised p-2">
      Full size <span data-testid="full-quantity" data-value={full}>{number(full, 6)}</span> × {d.multiplier.toFixed(3)} ={" "}
      {number(full * d.multiplier, 6)}
      {d.outcome === "approved" ? (
        <>
          , rounded down to the lot: <strong data-testid="decision-quantity">{d.quantity}</strong> {coin(d.pair)}
        </>
      ) : (
        <>, and refused: {words(d.reason)}</>
      )}
      <span className="block text-xs text-muted">
        The full size loses the risk budget of {amount(d.risk_budget)} USDT at the stop, {percent(d.stop_distance, 2)} away.
      </span>
    </p>
  );
}

function Numbers({ d }: { d: DecisionDetail }) {
  const time = useTime();
  const rows: [string, string][] = [
    ["Rule", words(d.rule)],
    ["Price", price(d.price)],
    ["Stop", d.stop_price === null ? "–" : `${d.stop_price} (${percent(d.stop_distance, 2)} away)`],
    ["Rule’s own invalidation", price(d.invalidation)],
    ["Target", price(d.target)],
    ["Rule inputs", `score ${number(d.inputs.score)}, fast ${number(d.inputs.fast, 5)}, slow ${number(d.inputs.slow, 5)}, anchor ${number(d.inputs.anchor, 5)}`],
    ["Posterior", d.posterior === null ? `none (${words(d.abstention)})` : `trending ${percent(d.posterior.trending, 0)}, range-bound ${percent(d.posterior.range_bound, 0)}, high volatility ${percent(d.posterior.high_volatility, 0)}`],
    ["Features", Object.entries(d.features).map(([name, value]) => `${words(name)} ${number(value)}`).join(", ")],
    ["Forecast over 4 h", d.forecast === null ? "–" : `volatility ${percent(d.forecast.rv_forecast, 2)}, expansion ${percent(d.forecast.p_expansion, 0)}, tail 95 % ${percent(d.forecast.tail_q95, 2)}`],
    ["Guard", d.guard.level === "normal" ? "normal" : `${d.guard.level}: ${words(d.guard.cause)}`],
    ["Portfolio before", `equity ${amount(d.portfolio.equity)}, drawdown ${percent(d.portfolio.drawdown, 2)}, gross leverage ${number(d.portfolio.gross_leverage)}`],
    ["Cooldown until", d.cooldown_until_ms > d.ts_ms ? time(d.cooldown_until_ms) : "none"],
  ];
  return (
    <dl className="figures grid grid-cols-[8rem_1fr] gap-x-3 gap-y-1 sm:grid-cols-[11rem_1fr]">
      {rows.map(([name, value]) => (
        <div key={name} className="contents">
          <dt className="text-muted">{name}</dt>
          <dd className="min-w-0 break-words">{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function Outcomes({ d }: { d: DecisionDetail }) {
  const time = useTime();
  if (d.orders.length === 0 && d.fills.length === 0) return <p className="text-muted">No order came of it.</p>;
  return (
    <Section title="Orders and fills">
      <Table label="Orders of this decision" head={<><Th>Order</Th><Th>State</Th><Th className="num">Quantity</Th><Th className="num">Filled</Th><Th className="num">Price</Th><Th>When</Th></>}>
        {d.orders.map((o) => (
          <tr key={o.client_id} title={o.client_id}>
            <Td>
              {words(o.role)} {o.side}
            </Td>
            <Td>{words(o.state)}</Td>
            <Td className="num">{o.quantity}</Td>
            <Td className="num">{o.filled}</Td>
            <Td className="num">{price(o.price)}</Td>
            <Td className="whitespace-nowrap">{time(o.ts_ms)}</Td>
          </tr>
        ))}
      </Table>
      <ul className="figures mt-2 list-disc pl-5">
        {d.fills.map((f) => (
          <li key={f.venue_fill_id}>
            {f.side} {f.quantity} @ {f.price} ({f.maker ? "maker" : "taker"}), fee {f.fee}
            {Number(f.realised_pnl) === 0 ? "" : `, realised ${f.realised_pnl}`}
          </li>
        ))}
      </ul>
    </Section>
  );
}

function Record({ d }: { d: DecisionDetail }) {
  const [copied, setCopied] = useState(false);
  const link = new URL(decisionHash(d.decision, "#/decisions"), window.location.href).toString();
  return (
    <Section title="Record">
      <dl className="grid grid-cols-[5rem_1fr] gap-x-3 gap-y-1">
        <dt className="text-muted">AI log</dt>
        <dd>{d.ai_log === "" ? "none" : d.ai_log}</dd>
        <dt className="text-muted">Hash</dt>
        <dd className="font-mono text-xs break-all">{d.hash}</dd>
      </dl>
      <div className="mt-2 flex flex-wrap gap-2">
        <Button
          onClick={() => {
            void navigator.clipboard.writeText(link).then(() => {
              setCopied(true);
            });
          }}
        >
          {copied ? "✓ copied" : "Copy link"}
        </Button>
        <a className="self-center text-sm underline" href={apiUrl(`decisions/${d.decision}`)} target="_blank" rel="noreferrer">
          as JSON
        </a>
      </div>
    </Section>
  );
}
