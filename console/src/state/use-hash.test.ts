import { expect, test } from "bun:test";
import { decisionHash, parseHash } from "./use-hash";

test("an address names a page and, on top of it, a decision", () => {
  expect(parseHash("")).toEqual({ page: "#/", decision: null });
  expect(parseHash("#/limits")).toEqual({ page: "#/limits", decision: null });
  const id = "btc-1735690500000-x2";
  expect(parseHash(decisionHash(id, "#/decisions"))).toEqual({ page: "#/decisions", decision: id });
});
