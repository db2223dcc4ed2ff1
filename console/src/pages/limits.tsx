import { api } from "@/api/client";
import type { LimitView } from "@/api/types";
import { Failed, Loading } from "@/components/states";
import { Badge, type BadgeTone } from "@/components/ui/badge";
import { Card } from "@/components/ui/card";
import { Table, Td, Th } from "@/components/ui/table";
import { percent, utcTime } from "@/lib/format";
import { useQuery } from "@tanstack/react-query";

const TONES: Record<LimitView["state"], BadgeTone> = { ok: "muted", warning: "warning", bound: "danger" };

export function LimitsPage() {
  const query = useQuery({ queryKey: ["limits"], queryFn: ({ signal }) => api.limits(signal), refetchInterval: 2000 });
  if (query.isPending) return <Loading />;
  if (query.isError) return <Failed error={query.error} retry={() => void query.refetch()} />;
  return (
    <Card>
      <h1 className="mb-2 text-lg font-semibold">Limits: how far away each one is</h1>
      <Table
        label="Limits"
        head={
          <>
            <Th>Limit</Th>
            <Th className="num">Now</Th>
            <Th className="num">Limit</Th>
            <Th className="num">Used</Th>
            <Th>State</Th>
            <Th>Last bound</Th>
          </>
        }
      >
        {query.data.limits.map((l) => (
          <tr key={l.id}>
            <Td>{l.name}</Td>
            <Td className="num">
              {l.value.toPrecision(4)} {l.unit}
            </Td>
            <Td className="num">
              {l.limit.toPrecision(4)} {l.unit}
            </Td>
            <Td className="num">{percent(l.used, 0)}</Td>
            <Td>
              <Badge tone={TONES[l.state]}>{l.state}</Badge>
            </Td>
            <Td>{l.last_bound_ms === null ? "never in this run" : utcTime(l.last_bound_ms)}</Td>
          </tr>
        ))}
      </Table>
    </Card>
  );
}
