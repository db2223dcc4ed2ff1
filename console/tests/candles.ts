// A small market on disk and a backtest over it: a seeded random walk, so every run is the same.

import { mkdirSync, writeFileSync } from "node:fs";
import { BINARY } from "./engine";

const STEP_MS = 300_000;
const FROM_MS = 1_622_505_600_000; // 2021-06-01
const DAYS = 24;

function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296;
    return state / 4_294_967_296;
  };
}

function candles(seed: number, start: number): string {
  const random = generator(seed);
  const lines = ["ts_ms,open,high,low,close,volume"];
  let price = start;
  let drift = 0;
  let calm = 1;
  for (let i = 0; i < (DAYS * 86_400_000) / STEP_MS; i += 1) {
    if (i % 96 === 0) {
      drift = (random() - 0.5) * 0.0016; // a trend for eight hours, or none
      calm = 0.5 + random();
    }
    const open = price;
    price *= 1 + drift + (random() + random() - 1) * 0.003 * calm;
    const high = Math.max(open, price) * (1 + random() * 0.0008);
    const low = Math.min(open, price) * (1 - random() * 0.0008);
    lines.push([FROM_MS + i * STEP_MS, open.toFixed(2), high.toFixed(2), low.toFixed(2), price.toFixed(2), (50 + random() * 100).toFixed(3)].join(","));
  }
  return `${lines.join("\n")}\n`;
}

export async function command(...words: string[]): Promise<{ code: number; err: string }> {
  const child = Bun.spawn([BINARY, ...words], { stdout: "ignore", stderr: "pipe", stdin: "ignore" });
  const err = await new Response(child.stderr).text();
  return { code: await child.exited, err };
}

/** `backtest --baselines --out` over two pairs. */
export async function makeRun(folder: string, out: string): Promise<void> {
  mkdirSync(`${folder}/market`, { recursive: true });
  writeFileSync(`${folder}/market/BTCUSDT-5m-20210601-20210624.csv`, candles(1, 36_000));
  writeFileSync(`${folder}/market/ETHUSDT-5m-20210601-20210624.csv`, candles(2, 2500));
  const { code, err } = await command("backtest", "--data", `${folder}/market`, "--baselines", "--out", out);
  if (code !== 0) throw new Error(err);
}
