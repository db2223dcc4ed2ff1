import { expect, test } from "bun:test";
import { createStore } from "jotai";
import { applyMessageAtom, decisionsAtom, lastHeardAtom, linkAtom, nowAtom, staleAtom, STALE_AFTER_MS } from "./atoms";
import type { DecisionView, Status } from "@/api/types";

const decision = (id: string) => ({ decision: id }) as DecisionView;
const status = (ids: string[]) => ({ pairs: {}, last_decisions: ids.map(decision) }) as unknown as Status;

test("a snapshot sets the decisions newest first, later ones go on top", () => {
  const store = createStore();
  store.set(applyMessageAtom, { seq: 1, kind: "snapshot", status: status(["a", "b"]), limits: [] });
  store.set(applyMessageAtom, { seq: 2, kind: "decision", decision: decision("c") });
  expect(store.get(decisionsAtom).map((d) => d.decision)).toEqual(["c", "b", "a"]);
});

test("a decision told again takes the place of what was told first", () => {
  const store = createStore();
  store.set(applyMessageAtom, { seq: 1, kind: "snapshot", status: status(["a", "b", "a"]), limits: [] });
  expect(store.get(decisionsAtom).map((d) => d.decision)).toEqual(["a", "b"]);
  store.set(applyMessageAtom, { seq: 2, kind: "decision", decision: { ...decision("b"), outcome: "refused" } as DecisionView });
  expect(store.get(decisionsAtom).map((d) => d.decision)).toEqual(["b", "a"]);
  expect(store.get(decisionsAtom)[0]?.outcome).toBe("refused");
});

test("silence makes the screen stale even while the link looks open", () => {
  const store = createStore();
  store.set(linkAtom, "live");
  store.set(applyMessageAtom, { seq: 1, kind: "status", status: status([]), limits: [] });
  const heard = store.get(lastHeardAtom);
  store.set(nowAtom, heard + STALE_AFTER_MS);
  expect(store.get(staleAtom)).toBe(false);
  store.set(nowAtom, heard + STALE_AFTER_MS + 1);
  expect(store.get(staleAtom)).toBe(true);
});

test("a lost link is stale at once", () => {
  const store = createStore();
  store.set(applyMessageAtom, { seq: 1, kind: "status", status: status([]), limits: [] });
  store.set(linkAtom, "lost");
  expect(store.get(staleAtom)).toBe(true);
});
