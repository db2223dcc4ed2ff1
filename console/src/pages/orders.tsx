import { api } from "@/api/client";
import { Empty, Failed, Loading } from "@/components/states";
import { Card, CardTitle } from "@/components/ui/card";
import { Table, Td, Th } from "@/components/ui/table";
import { coin, price, signClass, utcTime, words } from "@/lib/format";
import { useQuery } from "@tanstack/react-query";

export function OrdersPage() {
  return (
    <div className="space-y-4">
      <Orders />
      <Fills />
    </div>
  );
}

function Orders() {
  const query = useQuery({ queryKey: ["orders"], queryFn: ({ signal }) => api.orders(signal), refetchInterval: 2000 });
  return (
    <Card>
      <CardTitle>Orders, newest first</CardTitle>
      {query.isPending && <Loading />}
      {query.isError && <Failed error={query.error} retry={() => void query.refetch()} />}
      {query.data?.orders.length === 0 && <Empty>No order yet.</Empty>}
      {query.data !== undefined && query.data.orders.length > 0 && (
        <Table label="Orders" head={<><Th>When</Th><Th>Pair</Th><Th>Role</Th><Th>Side</Th><Th>State</Th><Th className="num">Quantity</Th><Th className="num">Filled</Th><Th className="num">Price</Th><Th>Our id</Th><Th>Note</Th></>}>
          {query.data.orders.map((o) => (
            <tr key={o.client_id}>
              <Td className="whitespace-nowrap">{utcTime(o.ts_ms)}</Td>
              <Td>{coin(o.pair)}</Td>
              <Td>{words(o.role)}</Td>
              <Td>{o.side}</Td>
              <Td>{words(o.state)}</Td>
              <Td className="num">{o.quantity}</Td>
              <Td className="num">{o.filled}</Td>
              <Td className="num">{price(o.price)}</Td>
              <Td className="font-mono text-xs">{o.client_id}</Td>
              <Td className="text-xs text-muted">{o.note}</Td>
            </tr>
          ))}
        </Table>
      )}
    </Card>
  );
}

function Fills() {
  const query = useQuery({ queryKey: ["fills"], queryFn: ({ signal }) => api.fills(signal), refetchInterval: 2000 });
  return (
    <Card>
      <CardTitle>Fills, newest first</CardTitle>
      {query.isPending && <Loading />}
      {query.isError && <Failed error={query.error} retry={() => void query.refetch()} />}
      {query.data?.fills.length === 0 && <Empty>No fill yet.</Empty>}
      {query.data !== undefined && query.data.fills.length > 0 && (
        <Table label="Fills" head={<><Th>When</Th><Th>Pair</Th><Th>Side</Th><Th className="num">Quantity</Th><Th className="num">Price</Th><Th className="num">Fee</Th><Th>Maker</Th><Th className="num">Realised</Th></>}>
          {query.data.fills.map((f) => (
            <tr key={f.venue_fill_id}>
              <Td className="whitespace-nowrap">{utcTime(f.ts_ms)}</Td>
              <Td>{coin(f.pair)}</Td>
              <Td>{f.side}</Td>
              <Td className="num">{f.quantity}</Td>
              <Td className="num">{f.price}</Td>
              <Td className="num">{f.fee}</Td>
              <Td>{f.maker ? "maker" : "taker"}</Td>
              <Td className={`num ${signClass(f.realised_pnl)}`}>{f.realised_pnl}</Td>
            </tr>
          ))}
        </Table>
      )}
    </Card>
  );
}
