// Numbers and times as the pages show them.

/** "12,345.68": two decimals for amounts, with thousands separators. */
export function amount(value: string | number, digits = 2): string {
  const n = typeof value === "string" ? Number(value) : value;
  if (!Number.isFinite(n)) return "–";
  return n.toLocaleString("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

/** "+12.30" / "−4.00": a change carries its sign, so that colour is never alone. */
export function change(value: string | number, digits = 2): string {
  const n = Number(value);
  if (!Number.isFinite(n)) return "–";
  const text = amount(Math.abs(n), digits);
  return n > 0 ? `+${text}` : n < 0 ? `−${text}` : text;
}

/** A price keeps the digits the engine sent, at most eight of them that count. */
export function price(value: string | number | null): string {
  if (value === null || value === "" || Number(value) === 0) return "–";
  const n = Number(value);
  if (!Number.isFinite(n)) return "–";
  if (typeof value === "string" && value.replace(/^0\.0*|\./g, "").length <= 8) return value;
  return n.toPrecision(8).replace(/\.?0+$/, "");
}

/** Digits after the point that a price of this size is worth showing on an axis. */
export function priceDigits(value: number): number {
  if (!(value > 0)) return 2;
  return Math.max(0, Math.min(8, 4 - Math.floor(Math.log10(value))));
}

export function percent(ratio: number | null, digits = 1): string {
  return ratio !== null && Number.isFinite(ratio) ? `${(100 * ratio).toFixed(digits)} %` : "–";
}

/** A plain number with as many digits as it deserves; "–" when there is none. */
export function number(value: number | null, digits = 2): string {
  return value !== null && Number.isFinite(value) ? amount(value, digits) : "–";
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

function two(n: number): string {
  return String(n).padStart(2, "0");
}

export function utcTime(ms: number): string {
  if (ms <= 0) return "–";
  return `${new Date(ms).toISOString().slice(0, 19).replace("T", " ")} UTC`;
}

/** "2025-01-01 13:45:00", by this machine's time zone. */
export function localTime(ms: number): string {
  if (ms <= 0) return "–";
  const d = new Date(ms);
  return `${String(d.getFullYear())}-${two(d.getMonth() + 1)}-${two(d.getDate())} ${two(d.getHours())}:${two(d.getMinutes())}:${two(d.getSeconds())} local`;
}

export function duration(ms: number): string {
  const s = Math.max(0, Math.round(ms / 1000));
  if (s < 120) return `${String(s)} s`;
  if (s < 7200) return `${String(Math.round(s / 60))} min`;
  if (s < 172_800) return `${(s / 3600).toFixed(1)} h`;
  return `${(s / 86_400).toFixed(1)} d`;
}

export function signClass(value: string | number): string {
  const n = Number(value);
  if (n > 0) return "text-gain";
  return n < 0 ? "text-loss" : "";
}

/** What an order was for, from its derived id: "rg3fa9c1-doge-1735690500000-s-e1". */
export function orderOf(clientId: string): { decision: string; role: string } | null {
  const found = /^rg[0-9a-f]{6}-([a-z]+-\d+-[sx]\d*)-([a-z])\d+$/.exec(clientId);
  if (found === null) return null;
  const roles: Record<string, string> = { e: "entry", x: "exit", s: "stop", t: "take profit", r: "reduce" };
  return { decision: found[1] ?? "", role: roles[found[2] ?? ""] ?? "order" };
}
