import { api, type DecisionFilter } from "@/api/client";
import type { DecisionRow } from "@/api/types";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useMemo } from "react";

const PAGE = 500;

export interface Decisions {
  rows: DecisionRow[];
  isPending: boolean;
  error: Error | null;
  hasOlder: boolean;
  loadOlder: () => void;
  refetch: () => void;
}

/** The decisions that fit a filter, newest first. Older ones come page by page as one scrolls down, new
 * ones are asked for by their place in the journal. */
export function useDecisions(filter: DecisionFilter): Decisions {
  const older = useInfiniteQuery({
    queryKey: ["decisions", filter],
    queryFn: ({ pageParam, signal }) =>
      api.decisions(filter, pageParam === 0 ? { limit: PAGE } : { limit: PAGE, before: pageParam }, signal),
    initialPageParam: 0,
    getNextPageParam: (page) => (page.decisions.length < PAGE ? undefined : page.decisions.at(-1)?.seq),
    staleTime: Infinity,
  });
  const newest = older.data?.pages[0]?.decisions[0]?.seq ?? 0;
  const fresh = useQuery({
    queryKey: ["decisions-after", filter, newest],
    queryFn: ({ signal }) => api.decisions(filter, { limit: 1000, after: newest }, signal),
    enabled: older.isSuccess,
    refetchInterval: 2000,
  });
  const rows = useMemo(
    () => [...(fresh.data?.decisions ?? []), ...(older.data?.pages.flatMap((p) => p.decisions) ?? [])],
    [fresh.data, older.data],
  );
  return {
    rows,
    isPending: older.isPending,
    error: older.error,
    hasOlder: older.hasNextPage,
    loadOlder: () => {
      if (older.hasNextPage && !older.isFetchingNextPage) void older.fetchNextPage();
    },
    refetch: () => void older.refetch(),
  };
}
