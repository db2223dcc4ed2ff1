// Numbers and times as the pages show them.

/** "12,345.68": two decimals for amounts, with thousands separators. */
export function amount(value: string | number, digits = 2): string {
  const n = typeof value === "string" ? Number(value) : value;
  if (!Number.isFinite(n)) return "–";
  return n.toLocaleString("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

/** A price keeps the digits the engine sent. */
export function price(value: string | number | null): string {
  if (value === null || value === "" || value === "0") return "–";
  return typeof value === "string" ? value : value.toPrecision(7).replace(/\.?0+$/, "");
}

export function percent(ratio: number, digits = 1): string {
  return Number.isFinite(ratio) ? `${(100 * ratio).toFixed(digits)} %` : "–";
}

export function factor(value: number): string {
  return Number.isFinite(value) ? `×${value.toFixed(2)}` : "–";
}

/** "cmt_btcusdt" → "BTC". */
export function coin(pair: string): string {
  return pair.replace(/^cmt_/, "").replace(/usdt$/i, "").toUpperCase();
}

export function words(text: string): string {
  return text.replaceAll("_", " ");
}

export function utcTime(ms: number): string {
  if (ms <= 0) return "–";
  return `${new Date(ms).toISOString().slice(0, 19).replace("T", " ")} UTC`;
}

export function localTime(ms: number): string {
  return ms <= 0 ? "–" : new Date(ms).toLocaleString();
}

export function signClass(value: string | number): string {
  const n = Number(value);
  if (n > 0) return "text-gain";
  return n < 0 ? "text-loss" : "";
}
