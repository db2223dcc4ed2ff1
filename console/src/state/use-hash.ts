// Pages live behind the '#': that works under any sub-path and needs nothing of the server.

import { useMemo, useSyncExternalStore } from "react";

function subscribe(onChange: () => void): () => void {
  window.addEventListener("hashchange", onChange);
  return () => {
    window.removeEventListener("hashchange", onChange);
  };
}

export interface Route {
  /** "#/decisions" */
  page: string;
  /** Id of the decision shown on top of the page; null = none. */
  decision: string | null;
}

export function parseHash(hash: string): Route {
  const [page = "", query = ""] = hash.split("?");
  return { page: page === "" || page === "#" ? "#/" : page, decision: new URLSearchParams(query).get("decision") };
}

export function useRoute(): Route {
  const hash = useSyncExternalStore(subscribe, () => window.location.hash);
  return useMemo(() => parseHash(hash), [hash]);
}

/** Address of a decision on top of the page that is open. */
export function decisionHash(id: string, page: string = parseHash(window.location.hash).page): string {
  return `${page}?decision=${encodeURIComponent(id)}`;
}

export function openDecision(id: string): void {
  window.location.hash = decisionHash(id);
}

export function closeDecision(): void {
  window.location.hash = parseHash(window.location.hash).page;
}
