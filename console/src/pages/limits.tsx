import type { LimitView } from "@/api/types";
import { Meter } from "@/components/meter";
import { Empty } from "@/components/states";
import { Badge, type BadgeTone } from "@/components/ui/badge";
import { Card, CardTitle } from "@/components/ui/card";
import { Table, Td, Th } from "@/components/ui/table";
import { amount, percent } from "@/lib/format";
import { limitsAtom } from "@/state/atoms";
import { useTime } from "@/state/use-time";
import { useAtomValue } from "jotai";

const STATES: Record<LimitView["state"], { tone: BadgeTone; text: string }> = {
  ok: { tone: "muted", text: "✓ ok" },
  warning: { tone: "warning", text: "! near" },
  bound: { tone: "danger", text: "■ bound" },
};

const COUNTED = new Set(["orders", "level", "restarts", "requests", "entries"]);

function shown(value: number, unit: string): string {
  const counted = COUNTED.has(unit) && Number.isInteger(value);
  const digits = counted || Math.abs(value) >= 100 || (Number.isInteger(value) && Math.abs(value) >= 10) ? 0 : 2;
  return `${amount(value, digits)} ${unit}`;
}

export default function LimitsPage() {
  const time = useTime();
  const limits = useAtomValue(limitsAtom);
  if (limits.length === 0) return <Empty>Waiting for the engine…</Empty>;
  const accruing = limits.filter((l) => l.value !== null);
  const checks = limits.filter((l) => l.value === null);
  const newest = limits.reduce<LimitView | null>((a, l) => (l.last_bound_ms !== null && l.last_bound_ms > (a?.last_bound_ms ?? 0) ? l : a), null);
  return (
    <div className="space-y-3">
      <Card>
        <h1 className="text-lg font-semibold">Limits: how far away each one is</h1>
        <p className="mb-3 text-sm text-muted">
          {newest === null ? "None has refused anything in this journal." : `Last to bind: ${newest.name}, ${time(newest.last_bound_ms ?? 0)}.`} A warning comes at 80 %.
        </p>
        <ul className="grid gap-3 md:grid-cols-2 2xl:grid-cols-3">
          {accruing.map((l) => (
            <li key={l.id} className="rounded-lg border border-border p-3" data-limit={l.id}>
              <div className="flex items-baseline justify-between gap-2">
                <span className="font-medium">{l.name}</span>
                <Badge tone={STATES[l.state].tone}>{STATES[l.state].text}</Badge>
              </div>
              <p className="figures my-1 flex items-baseline justify-between gap-2">
                <span className="text-lg font-semibold">{shown(l.value ?? 0, l.unit)}</span>
                <span className="text-sm text-muted">of {shown(l.limit, l.unit)}</span>
              </p>
              <Meter used={l.used ?? 0} label={`${l.name}: share used`} />
              <p className="figures mt-1 flex justify-between text-xs text-muted">
                <span>
                  {percent(l.used, 0)} used, {shown(Math.max(0, l.limit - (l.value ?? 0)), l.unit)} left
                </span>
                <span>{l.last_bound_ms === null ? "never bound" : `bound ${time(l.last_bound_ms)}`}</span>
              </p>
            </li>
          ))}
        </ul>
      </Card>
      <Card>
        <CardTitle>Checks that every order passes</CardTitle>
        <Table label="Checks of single orders" head={<><Th>Check</Th><Th className="num">Bound</Th><Th>Last refused</Th></>}>
          {checks.map((l) => (
            <tr key={l.id} data-limit={l.id}>
              <Td>{l.name}</Td>
              <Td className="num">{shown(l.limit, l.unit)}</Td>
              <Td>{l.last_bound_ms === null ? <span className="text-muted">never in this journal</span> : time(l.last_bound_ms)}</Td>
            </tr>
          ))}
        </Table>
      </Card>
    </div>
  );
}
