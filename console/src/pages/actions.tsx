import { api } from "@/api/client";
import { ActionButton, killFlatten, killFreeze, pausePair, release } from "@/components/actions";
import { GuardBadge, TierBadge } from "@/components/badges";
import { EventsTable } from "@/components/events-table";
import { Empty } from "@/components/states";
import { Badge } from "@/components/ui/badge";
import { Card, CardTitle } from "@/components/ui/card";
import { Table, Td, Th } from "@/components/ui/table";
import { coin, words } from "@/lib/format";
import { statusAtom } from "@/state/atoms";
import { useQuery } from "@tanstack/react-query";
import { useAtomValue } from "jotai";

const BY_HAND = /operator|kill|latch|resume|pause|release|flatten|freeze|tier/;

export default function ActionsPage() {
  const status = useAtomValue(statusAtom);
  const events = useQuery({ queryKey: ["events", 500], queryFn: ({ signal }) => api.events(500, signal), refetchInterval: 2000 });
  if (status === null) return <Empty>Waiting for the engine…</Empty>;
  const latched = status.tier === "latched" || status.tier === "flatten";
  const done = (events.data?.events ?? []).filter((e) => BY_HAND.test(e.kind)).slice(0, 50);
  return (
    <div className="space-y-3">
      <h1 className="text-lg font-semibold">Actions</h1>
      <p className="text-sm text-muted">Each asks for the operator token and a reason, and lands in the journal with both time and reason. On the server, <code>regimeguard kill</code> works even when this page does not.</p>
      <div className="grid gap-3 lg:grid-cols-3">
        <Card>
          <CardTitle>Kill and flatten</CardTitle>
          <p className="mb-3 text-sm text-muted">Cancels all orders and closes all positions at market. Latched: survives restarts, opens again only by your release.</p>
          <ActionButton action={killFlatten} look="kill" />
        </Card>
        <Card>
          <CardTitle>Kill and freeze</CardTitle>
          <p className="mb-3 text-sm text-muted">Cancels entries; positions stay, protected by their stops at the exchange. Latched as well.</p>
          <ActionButton action={killFreeze} />
        </Card>
        <Card>
          <CardTitle aside={<TierBadge tier={status.tier} />}>Acknowledge and release the latch</CardTitle>
          <p className="mb-3 text-sm text-muted">{latched ? "The engine takes no new risk until you release it." : "Nothing is latched now."}</p>
          {latched && <ActionButton action={release} look="primary" />}
        </Card>
      </div>
      <Card>
        <CardTitle>Pairs</CardTitle>
        <Table label="Pairs" head={<><Th>Pair</Th><Th>Guard</Th><Th>Position</Th><Th>No new risk because</Th><Th /></>}>
          {Object.entries(status.pairs).map(([name, pair]) => (
            <tr key={name}>
              <Td>
                <a className="font-semibold underline decoration-border underline-offset-2" href={`#/pair/${name}`}>
                  {coin(name)}
                </a>{" "}
                {pair.paused && <Badge tone="warning">‖ paused</Badge>}
                {pair.kill_latched && <Badge tone="danger">kill latched</Badge>}
              </Td>
              <Td>
                <GuardBadge level={pair.guard.level} cause={pair.guard.cause} />
              </Td>
              <Td className="whitespace-nowrap">{pair.position === null ? "flat" : `${pair.position.side} ${pair.position.quantity}`}</Td>
              <Td className="text-muted">{pair.not_trading_because.length === 0 ? "–" : pair.not_trading_because.map(words).join(", ")}</Td>
              <Td className="num">
                <ActionButton action={pausePair(name, pair.paused || pair.kill_latched)} />
              </Td>
            </tr>
          ))}
        </Table>
      </Card>
      <Card>
        <CardTitle>What was done by hand, and halts</CardTitle>
        {done.length === 0 ? <Empty>Nothing yet.</Empty> : <EventsTable events={done} />}
      </Card>
    </div>
  );
}
