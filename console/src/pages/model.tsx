import { api } from "@/api/client";
import { Failed, Loading } from "@/components/states";
import { Card, CardTitle } from "@/components/ui/card";
import { useQuery } from "@tanstack/react-query";

/** The model card as the engine has it, section by section. */
export function ModelPage() {
  const query = useQuery({ queryKey: ["model"], queryFn: ({ signal }) => api.model(signal), staleTime: 60_000 });
  if (query.isPending) return <Loading />;
  if (query.isError) return <Failed error={query.error} retry={() => void query.refetch()} />;
  return (
    <div className="space-y-4">
      <h1 className="text-lg font-semibold">Model</h1>
      {Object.entries(query.data).map(([name, value]) => (
        <Card key={name}>
          <CardTitle>{name.replaceAll("_", " ")}</CardTitle>
          {typeof value === "object" && value !== null ? (
            <pre tabIndex={0} className="overflow-x-auto text-xs">{JSON.stringify(value, null, 1)}</pre>
          ) : (
            <p className="break-all">{String(value)}</p>
          )}
        </Card>
      ))}
    </div>
  );
}
