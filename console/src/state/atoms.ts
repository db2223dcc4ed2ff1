// Live state. One atom holds the newest status; pages read slices of it, so that a tick of one pair
// re-renders one tile.

import type { LinkState } from "@/api/stream";
import type { DecisionView, LimitView, Status, StreamMessage } from "@/api/types";
import { atom } from "jotai";
import { atomWithStorage, selectAtom } from "jotai/utils";

function preferredTheme(): "dark" | "light" {
  return typeof window !== "undefined" && window.matchMedia("(prefers-color-scheme: light)").matches ? "light" : "dark";
}

export const linkAtom = atom<LinkState>("connecting");
export const statusAtom = atom<Status | null>(null);
/** When the last message came, by this browser's clock. */
export const lastHeardAtom = atom(0);
/** Advances every half second so that staleness shows without any message. */
export const nowAtom = atom(Date.now());
export const decisionsAtom = atom<DecisionView[]>([]);
/** The operator's token: memory only. */
export const tokenAtom = atom("");
/** True when reads were refused for want of the token. */
export const lockedAtom = atom(false);
export const themeAtom = atomWithStorage<"dark" | "light">("rg-theme", preferredTheme(), undefined, { getOnInit: true });
export const utcAtom = atomWithStorage("rg-utc", true, undefined, { getOnInit: true });
export const limitsAtom = atom<LimitView[]>([]);

export const STALE_AFTER_MS = 2500;
const KEPT_DECISIONS = 200;

/** True when what is on the screen may no longer be true. A frozen screen must never look alive. */
export const staleAtom = atom((get) => {
  const heard = get(lastHeardAtom);
  return get(linkAtom) !== "live" || get(nowAtom) - heard > STALE_AFTER_MS;
});

/** A decision may be told twice: approved, then refused by the order desk. The later word counts. */
function newestOfEach(decisions: DecisionView[]): DecisionView[] {
  const seen = new Set<string>();
  return decisions.filter((d) => !seen.has(d.decision) && seen.add(d.decision));
}

export const applyMessageAtom = atom(null, (get, set, message: StreamMessage) => {
  set(lastHeardAtom, Date.now());
  if (message.kind === "decision") {
    set(decisionsAtom, newestOfEach([message.decision, ...get(decisionsAtom)]).slice(0, KEPT_DECISIONS));
    return;
  }
  set(statusAtom, message.status);
  if (message.kind === "snapshot") {
    set(decisionsAtom, newestOfEach([...(message.status.last_decisions ?? [])].reverse()));
  }
  set(limitsAtom, message.limits);
});

export const pairNamesAtom = selectAtom(
  statusAtom,
  (status) => Object.keys(status?.pairs ?? {}),
  (a, b) => a.length === b.length && a.every((name, i) => name === b[i]),
);

/** One pair's slice: its tile redraws only when something of it changed. */
export const pairAtom = (name: string) =>
  selectAtom(
    statusAtom,
    (status) => status?.pairs[name] ?? null,
    (a, b) => JSON.stringify(a) === JSON.stringify(b),
  );
