// Live state. One atom holds the newest status; pages read slices of it, so that a tick of one pair
// re-renders one tile.

import type { LinkState } from "@/api/stream";
import type { DecisionView, Status, StreamMessage } from "@/api/types";
import { atom } from "jotai";
import { selectAtom } from "jotai/utils";

export const linkAtom = atom<LinkState>("connecting");
export const statusAtom = atom<Status | null>(null);
/** When the last message came, by this browser's clock. */
export const lastHeardAtom = atom(0);
/** Advances every half second so that staleness shows without any message. */
export const nowAtom = atom(Date.now());
export const decisionsAtom = atom<DecisionView[]>([]);
/** The operator's token: memory only. */
export const tokenAtom = atom("");
export const themeAtom = atom<"dark" | "light">("dark");
export const utcAtom = atom(true);

export const STALE_AFTER_MS = 2500;
const KEPT_DECISIONS = 200;
const KEPT_PRICES = 120;

/** True when what is on the screen may no longer be true. A frozen screen must never look alive. */
export const staleAtom = atom((get) => {
  const heard = get(lastHeardAtom);
  return get(linkAtom) !== "live" || get(nowAtom) - heard > STALE_AFTER_MS;
});

/** Last prices per pair, for the tiles' sparks. */
export const sparksAtom = atom<Record<string, number[]>>({});

export const applyMessageAtom = atom(null, (get, set, message: StreamMessage) => {
  set(lastHeardAtom, Date.now());
  if (message.kind === "decision") {
    set(decisionsAtom, [message.decision, ...get(decisionsAtom)].slice(0, KEPT_DECISIONS));
    return;
  }
  set(statusAtom, message.status);
  if (message.kind === "snapshot") {
    set(decisionsAtom, [...message.status.last_decisions].reverse());
  }
  const sparks = { ...get(sparksAtom) };
  for (const [name, pair] of Object.entries(message.status.pairs)) {
    const last = Number(pair.last_price);
    const known = sparks[name] ?? [];
    if (last > 0 && known.at(-1) !== last) {
      sparks[name] = [...known, last].slice(-KEPT_PRICES);
    }
  }
  set(sparksAtom, sparks);
});

export const pairNamesAtom = selectAtom(
  statusAtom,
  (status) => Object.keys(status?.pairs ?? {}),
  (a, b) => a.length === b.length && a.every((name, i) => name === b[i]),
);
