import { expect, test } from "bun:test";
import { amount, coin, percent, price, signClass, utcTime } from "./format";

test("amounts carry separators and refuse what is no number", () => {
  expect(amount("12345.678")).toBe("12,345.68");
  expect(amount("x")).toBe("–");
});

test("prices keep the digits they came with", () => {
  expect(price("0.09310")).toBe("0.09310");
  expect(price("0")).toBe("–");
  expect(price(null)).toBe("–");
});

test("pairs, ratios and times read as a trader writes them", () => {
  expect(coin("cmt_dogeusdt")).toBe("DOGE");
  expect(percent(0.1234)).toBe("12.3 %");
  expect(utcTime(1735689600000)).toBe("2025-01-01 00:00:00 UTC");
  expect(utcTime(0)).toBe("–");
});

test("gains and losses differ by more than colour only where signs do", () => {
  expect(signClass("1")).toBe("text-gain");
  expect(signClass("-1")).toBe("text-loss");
  expect(signClass("0")).toBe("");
});
