// `report`: a backtest as one page that needs nothing else, opened from the disk.

import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { openBrowser, Watched } from "./browser";
import { command, makeRun } from "./candles";
import { OUT } from "./engine";

setDefaultTimeout(120_000);

let folder = "";
beforeAll(async () => {
  folder = mkdtempSync(`${tmpdir()}/rg-report-${String(process.pid)}-`);
  if (OUT !== "") mkdirSync(OUT, { recursive: true });
  await makeRun(folder, `${folder}/run`);
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

test("a run becomes one page that fetches nothing", async () => {
  const page = `${folder}/run.html`;
  const made = await command("report", "--run", `${folder}/run`, "--out", page);
  expect(made.code).toBe(0);
  const html = readFileSync(page, "utf8");
  expect(html).not.toMatch(/<(script|link|img)[^>]*(src|href)=/);
  const browser = await openBrowser();
  const watched = await Watched.open(browser);
  const requests: string[] = [];
  watched.page.on("request", (r) => requests.push(r.url()));
  await watched.page.goto(`file://${page}`);
  await watched.page.getByRole("heading", { name: /RegimeGuard – backtest run/ }).waitFor();
  await watched.page.locator("canvas").first().waitFor();
  const trades = readFileSync(`${folder}/run/trades.csv`, "utf8").trim().split("\n").length - 1;
  expect(trades).toBeGreaterThan(0);
  expect(await watched.page.getByRole("table", { name: "Trades" }).getAttribute("aria-rowcount")).toBe(String(trades + 1));
  const decision = watched.page.getByRole("table", { name: /Decisions/ }).getByRole("button").first();
  await decision.click();
  await watched.page.locator("dialog").waitFor();
  await watched.shot("report-1440");
  expect(requests.filter((r) => !r.startsWith("file:") && !r.startsWith("data:"))).toEqual([]);
  expect(watched.complaints).toEqual([]);
  await browser.close();
});

test("the same run gives the same page", async () => {
  await command("report", "--run", `${folder}/run`, "--out", `${folder}/a.html`);
  await command("report", "--run", `${folder}/run/`, "--out", `${folder}/b.html`);
  expect(readFileSync(`${folder}/a.html`, "utf8")).toBe(readFileSync(`${folder}/b.html`, "utf8"));
});

test("what is no run is said to be none, in one line", async () => {
  const { code, err } = await command("report", "--run", `${folder}/market`, "--out", `${folder}/no.html`);
  expect(code).toBe(2);
  expect(err.trim().split("\n")).toHaveLength(1);
  expect(err).toContain("holds no run");
});
