import type { JournalEvent } from "@/api/types";
import { Table, Td, Th } from "@/components/ui/table";
import { coin, words } from "@/lib/format";
import { useTime } from "@/state/use-time";

export function EventsTable({ events }: { events: JournalEvent[] }) {
  const time = useTime();
  return (
    <Table label="Events" className="max-h-[60dvh] overflow-y-auto" head={<><Th>Market time</Th><Th>What</Th><Th>Who or which</Th><Th>Why</Th></>}>
      {events.map((e) => (
        <tr key={e.seq}>
          <Td className="whitespace-nowrap" title={`wall time ${time(e.wall_ms)}`}>
            {e.ts_ms > 0 ? time(e.ts_ms) : time(e.wall_ms)}
          </Td>
          <Td className="whitespace-nowrap">{words(e.kind)}</Td>
          <Td>{e.subject.startsWith("cmt_") ? coin(e.subject) : e.subject}</Td>
          <Td className="min-w-52 break-words">{e.detail}</Td>
        </tr>
      ))}
    </Table>
  );
}
