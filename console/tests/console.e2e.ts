// The console as its users meet it: the built engine, real sockets, the distribution's Chromium.
// Tests build on one another, in this order; `tools/check_console.sh browser BINARY OUT` runs them.

import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import axe from "axe-core";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import type { Browser, Page } from "playwright-core";
import { openBrowser, Watched } from "./browser";
import { Engine, Exchange, freePort, OUT, until } from "./engine";

setDefaultTimeout(120_000); // a shared machine may be slow; what must be quick says so itself

const PAGES = ["", "pair/cmt_btcusdt", "decisions", "orders", "limits", "model", "journal", "runs", "actions"];
const SIZES = [
  { width: 390, height: 844 },
  { width: 1440, height: 900 },
  { width: 2560, height: 1440 },
];

let folder = "";
let exchange: Exchange;
let engine: Engine;
let browser: Browser;
let main: Watched;

beforeAll(async () => {
  folder = mkdtempSync(`${tmpdir()}/rg-console-${String(process.pid)}-`);
  if (OUT !== "") mkdirSync(OUT, { recursive: true });
  exchange = await Exchange.start(folder);
  engine = new Engine(`${folder}/engine`, await freePort(), exchange.greeting, "http://rg.example/rg/");
  [browser] = await Promise.all([openBrowser(), engine.start()]);
  main = await Watched.open(browser);
});

afterAll(async () => {
  await browser.close();
  await engine.kill("SIGTERM");
  exchange.process.kill("SIGTERM");
  await exchange.process.exited;
  rmSync(folder, { recursive: true, force: true });
});

async function go(page: Page, hash: string): Promise<void> {
  await page.evaluate((h) => {
    window.location.hash = h;
  }, `#/${hash}`);
}

/** The page of this address stands there whole: its heading, and nothing that still loads. */
async function settled(page: Page, hash: string): Promise<void> {
  await page.locator(`nav a[aria-current=page][href="#/${hash}"]`).waitFor();
  await page.locator("main h1").first().waitFor();
  await page.getByText("Loading…").first().waitFor({ state: "detached" });
  if (hash === "") await page.locator("canvas").first().waitFor();
  if (hash.startsWith("pair")) await page.getByRole("img", { name: /^Price of/ }).locator("canvas").first().waitFor();
}

async function act(page: Page, token: string, reason: string): Promise<void> {
  await page.locator("dialog input[name=token]").fill(token);
  await page.locator("dialog input[name=reason]").fill(reason);
  await page.locator("dialog button[type=submit]").click();
}

/** What the first visit costs, charts apart. */
async function firstLoad(page: Page): Promise<number> {
  const files = await page.evaluate(() => performance.getEntriesByType("resource").map((r) => r.name));
  let bytes = 0;
  for (const file of [...files, engine.url].filter((f) => !/\/api\/|chart/.test(f))) {
    const response = await fetch(file, { headers: { "Accept-Encoding": "gzip" }, decompress: false } as RequestInit);
    bytes += (await response.arrayBuffer()).byteLength;
  }
  return bytes;
}

test("opening the address shows live data at once, and the first load is light", async () => {
  const page = main.page;
  const before = performance.now();
  await page.goto(engine.url);
  await page.getByTestId("equity").waitFor({ timeout: 5000 });
  await page.getByTestId("last-price").first().waitFor({ timeout: 5000 });
  const waited = performance.now() - before;
  expect(await page.getByTestId("link-state").textContent()).toBe("live");
  const status = await engine.ask("status");
  expect(Object.keys(status.pairs)).toHaveLength(8);
  const bytes = await firstLoad(page);
  console.log(`live after ${waited.toFixed(0)} ms; first load ${(bytes / 1000).toFixed(0)} kB compressed without charts`);
  expect(waited).toBeLessThan(5000);
  expect(bytes).toBeLessThan(300_000);
  // It lives: prices move without anybody's doing.
  const price = await page.getByTestId("last-price").first().textContent();
  await until("a price that moves", 20, async () => (await page.getByTestId("last-price").first().textContent()) !== price);
});

test("an approved decision opens, and its waterfall multiplies to the size shown", async () => {
  const found = await until("an approved decision", 40, async () => {
    const { decisions } = await engine.ask("decisions?outcome=approved&limit=5");
    return decisions[0];
  });
  const page = main.page;
  await go(page, "decisions");
  await page.getByLabel("Outcome").selectOption("approved");
  await page.getByLabel("Search").fill(found.decision);
  await page.locator(`a[data-decision="${String(found.decision)}"]`).first().click();
  const multiplier = page.locator("dialog").getByTestId("multiplier");
  await multiplier.waitFor();
  const factors = await page.locator("dialog [data-factor]").evaluateAll((rows) => rows.map((r) => Number(r.getAttribute("data-factor"))));
  const shown = Number(await multiplier.getAttribute("data-value"));
  expect(factors).toHaveLength(7);
  expect(factors.reduce((a, b) => a * b, 1)).toBe(shown);
  const full = Number(await page.getByTestId("full-quantity").getAttribute("data-value"));
  const quantity = Number(await page.getByTestId("decision-quantity").textContent());
  // Down to the lot: never more, and less by a lot at most.
  const detail = await engine.ask(`decisions/${String(found.decision)}`);
  // Its last digit that counts is a whole number of lots.
  const [whole = "", fraction = ""] = String(detail.quantity).split(".");
  const lot = 10 ** (fraction !== "" ? -fraction.length : (/0*$/.exec(whole)?.[0].length ?? 0));
  console.log(`${String(found.decision)}: ${String(full)} × ${String(shown)} → ${String(quantity)}`);
  expect(quantity).toBeLessThanOrEqual(full * shown * (1 + 1e-9));
  expect(full * shown - quantity).toBeLessThan(lot);
  expect(await page.getByTestId("sentence").textContent()).toContain("regime with");
  expect(detail.hash).toMatch(/^[0-9a-f]{64}$/);
  await main.shot("decision-1440");
  await page.keyboard.press("Escape");
  await page.locator("dialog").waitFor({ state: "detached" });
});

test("every page is readable at every size, in both themes, without a sideways scroll", async () => {
  for (const [size, theme] of [...SIZES.map((s) => [s, "dark"] as const), [{ width: 360, height: 740 }, "light"] as const]) {
    const watched = await Watched.open(browser, size, theme);
    await watched.page.goto(engine.url);
    await watched.page.getByTestId("equity").waitFor();
    for (const hash of PAGES) {
      await go(watched.page, hash);
      await settled(watched.page, hash);
      const beyond = await watched.page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      expect(`${hash} at ${String(size.width)}: ${String(Math.max(0, beyond))} px too wide`).toBe(`${hash} at ${String(size.width)}: 0 px too wide`);
      await watched.page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))); // charts paint
      await watched.shot(`${hash === "" ? "overview" : hash.replace("/", "-")}-${String(size.width)}x${String(size.height)}-${theme}`);
    }
    expect(watched.complaints).toEqual([]);
    await watched.context.close();
  }
});

test("axe finds no serious problem, dark or light", async () => {
  const serious: string[] = [];
  for (const theme of ["dark", "light"] as const) {
    const watched = await Watched.open(browser, { width: 1440, height: 900 }, theme);
    await watched.page.goto(engine.url);
    await watched.page.getByTestId("equity").waitFor();
    for (const hash of PAGES) {
      await go(watched.page, hash);
      await settled(watched.page, hash);
      await watched.page.evaluate(axe.source); // evaluated by the debugger, so the content policy stays as it is
      const result = await watched.page.evaluate(async () => (await (window as unknown as { axe: typeof axe }).axe.run({ resultTypes: ["violations"] })).violations);
      for (const v of result) {
        if (v.impact === "serious" || v.impact === "critical") serious.push(`${hash} ${theme}: ${v.id} ${v.nodes.map((n) => n.html.slice(0, 120)).slice(0, 2).join(" | ")}`);
      }
    }
    await watched.context.close();
  }
  expect(serious).toEqual([]);
});

test("ten thousand decisions scroll with few rows drawn", async () => {
  const watched = await Watched.open(browser);
  const page = watched.page;
  const { decisions } = await engine.ask("decisions?limit=1");
  const total = 10_000;
  const row = (seq: number) => ({ ...decisions[0], decision: `btc-${String(1_735_689_600_000 + seq)}-s`, seq });
  await page.route("**/api/v1/decisions?*", (route) => {
    const query = new URL(route.request().url()).searchParams;
    const before = Number(query.get("before") ?? total + 1);
    const rows = query.has("after") ? [] : Array.from({ length: Math.min(Number(query.get("limit")), before - 1) }, (_, i) => row(before - 1 - i));
    return route.fulfill({ json: { decisions: rows } });
  });
  await page.goto(`${engine.url}/#/decisions`);
  const table = page.getByRole("table", { name: "Decisions" });
  await table.waitFor();
  await until("all ten thousand are loaded", 30, async () => {
    await table.evaluate((t) => {
      t.scrollTop = t.scrollHeight;
    });
    return (await table.getAttribute("aria-rowcount")) === String(total + 1);
  });
  const frames = await table.evaluate(
    (t) =>
      new Promise<number[]>((resolve) => {
        const gaps: number[] = [];
        let last = performance.now();
        t.scrollTop = 0;
        const step = (now: number) => {
          gaps.push(now - last);
          last = now;
          t.scrollTop += 400;
          if (gaps.length < 150) requestAnimationFrame(step);
          else resolve(gaps.slice(10).sort((a, b) => a - b));
        };
        requestAnimationFrame(step);
      }),
  );
  const at = (share: number) => (frames[Math.floor(share * (frames.length - 1))] ?? 0).toFixed(1);
  console.log(`scrolling 10,000 decisions by 400 px a frame: frame time median ${at(0.5)} ms, p95 ${at(0.95)} ms, worst ${at(1)} ms (software rendering, shared cores)`);
  expect(await table.getByRole("row").count()).toBeLessThan(80);
  await table.evaluate((t) => {
    t.scrollTop = t.scrollHeight;
  });
  await page.locator('a[data-decision="btc-1735689600001-s"]').first().waitFor(); // the oldest
  await watched.context.close();
});

test("everything can be reached and closed by keyboard", async () => {
  const page = main.page;
  await go(page, "");
  const kill = page.getByRole("button", { name: "Kill", exact: true });
  for (let i = 0; i < 40 && !(await kill.evaluate((b) => b === document.activeElement)); i += 1) await page.keyboard.press("Tab");
  expect(await kill.evaluate((b) => b === document.activeElement)).toBe(true);
  await page.keyboard.press("Enter");
  await page.locator("dialog").waitFor();
  expect(await page.evaluate(() => document.querySelector("dialog")?.contains(document.activeElement))).toBe(true);
  await page.keyboard.press("Escape");
  await page.locator("dialog").waitFor({ state: "detached" });
});

test("a pair is paused and resumed, and both land in the journal", async () => {
  const page = main.page;
  await go(page, "pair/cmt_ethusdt");
  await page.getByRole("button", { name: "Pause" }).click();
  await act(page, engine.token, "a look at the news");
  await page.getByTestId("paused").waitFor({ timeout: 5000 });
  expect((await engine.ask("status")).pairs.cmt_ethusdt.paused).toBe(true);
  await page.getByRole("button", { name: "Resume" }).click();
  await act(page, engine.token, "seen enough");
  await page.getByTestId("paused").waitFor({ state: "detached", timeout: 5000 });
  const told = await until("both reasons in the journal", 5, async () => {
    const { events } = await engine.ask("journal/events?limit=200");
    const text = JSON.stringify(events);
    return text.includes("a look at the news") && text.includes("seen enough") ? text : null;
  });
  expect(told).toContain("cmt_ethusdt");
});

test("one pair is killed and stays shut until it is resumed; the others are left alone", async () => {
  const page = main.page;
  await go(page, "pair/cmt_ltcusdt");
  await page.getByRole("button", { name: "Kill the pair" }).click();
  await act(page, engine.token, "odd prices on one pair");
  await page.getByTestId("pair-latched").waitFor({ timeout: 5000 });
  const { pairs, tier } = await engine.ask("status");
  expect(pairs.cmt_ltcusdt.kill_latched).toBe(true);
  expect(pairs.cmt_ltcusdt.not_trading_because).toContain("kill_latched");
  expect(pairs.cmt_btcusdt.kill_latched).toBe(false);
  expect(tier).not.toBe("latched");
  await page.getByRole("button", { name: "Resume" }).click();
  await act(page, engine.token, "prices are even again");
  await page.getByTestId("pair-latched").waitFor({ state: "detached", timeout: 5000 });
  const { events } = await engine.ask("journal/events?limit=200");
  expect(JSON.stringify(events)).toContain("odd prices on one pair");
});

test("the overview shows the venue's clock and the AI log's queue", async () => {
  const page = main.page;
  await go(page, "");
  await page.getByTestId("venue-clock").getByText("known").waitFor({ timeout: 10_000 });
  const { venue_clock, ai_log } = await engine.ask("status");
  expect(venue_clock.open).toBe(true);
  const shown = await page.getByTestId("ai-log").textContent();
  expect(shown).toMatch(ai_log.on ? /^[\d\s,.]+$/ : /^off$/);
});

test("a kill is refused without the token; with it the engine is flat and latched, until released", async () => {
  const page = main.page;
  await until("an open position", 40, async () => Object.values((await engine.ask("status")).pairs as Record<string, { position: unknown }>).some((p) => p.position !== null));
  await page.getByRole("button", { name: "Kill", exact: true }).click();
  main.excused = true; // the browser reports the 401
  await act(page, "f".repeat(64), "wrong token");
  await page.locator("dialog [role=alert]").waitFor();
  expect(await page.locator("dialog [role=alert]").textContent()).toContain("refused");
  main.excused = false;
  expect((await engine.ask("status")).tier).not.toBe("latched");
  await act(page, engine.token, "drill");
  await until("latched and flat", 20, async () => {
    const status = await engine.ask("status");
    return status.tier === "latched" && Object.values(status.pairs as Record<string, { position: unknown }>).every((p) => p.position === null);
  });
  await page.getByTestId("tier").getByText("kill latched").waitFor({ timeout: 5000 });
  await main.shot("latched-1440");
  await page.getByRole("button", { name: "Release" }).first().click();
  await act(page, engine.token, "drill over");
  await page.getByTestId("tier").getByText("trading").waitFor({ timeout: 10_000 });
  const { events } = await engine.ask("journal/events?limit=200");
  expect(JSON.stringify(events)).toContain("drill over");
});

test("the journal verifies on demand", async () => {
  const page = main.page;
  await go(page, "journal");
  await page.getByRole("button", { name: "Verify now" }).click();
  expect(await page.getByTestId("verified").textContent()).toContain("✓ the chain of");
});

test("an engine that dies is told within three seconds, and its return without a reload", async () => {
  const page = main.page;
  await go(page, "");
  await page.getByTestId("equity").waitFor();
  main.excused = true; // the browser reports each failed connection
  const killed = performance.now();
  await engine.kill("SIGKILL");
  await page.getByTestId("stale").waitFor({ timeout: 3000 });
  const told = performance.now() - killed;
  await main.shot("stale-1440");
  await engine.start();
  const back = performance.now();
  await page.getByTestId("stale").waitFor({ state: "detached", timeout: 15_000 });
  console.log(`death told after ${told.toFixed(0)} ms, life ${(performance.now() - back).toFixed(0)} ms after the engine answered again`);
  expect(told).toBeLessThan(3000);
  await page.waitForTimeout(500); // what was under way when the engine came back may still fail
  main.excused = false;
  expect(await page.getByTestId("link-state").textContent()).toBe("live");
});

test("it works under a sub-path behind a reverse proxy", async () => {
  const target = engine.url;
  const sockets = new Map<unknown, WebSocket>();
  const proxy = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    async fetch(request, server) {
      const url = new URL(request.url);
      if (url.pathname.endsWith("/stream")) return server.upgrade(request) ? undefined : new Response("no", { status: 400 });
      const headers = new Headers(request.headers);
      headers.set("Host", "rg.example");
      return fetch(`${target}${url.pathname}${url.search}`, { headers, decompress: false } as RequestInit);
    },
    websocket: {
      open(client) {
        const upstream = new WebSocket(`${target.replace("http", "ws")}/rg/api/v1/stream`, { headers: { Host: "rg.example", Origin: "http://rg.example" } } as unknown as string[]);
        upstream.onmessage = (e) => client.send(String(e.data));
        sockets.set(client, upstream);
      },
      message(client, text) {
        const upstream = sockets.get(client);
        if (upstream === undefined) return;
        if (upstream.readyState === WebSocket.OPEN) upstream.send(String(text));
        else upstream.onopen = () => { upstream.send(String(text)); };
      },
      close(client) {
        sockets.get(client)?.close();
      },
    },
  });
  const watched = await Watched.open(browser);
  await watched.page.goto(`http://127.0.0.1:${String(proxy.port)}/rg/`);
  await watched.page.getByTestId("equity").waitFor();
  await watched.page.getByTestId("link-state").getByText("live").waitFor();
  expect(watched.complaints).toEqual([]);
  await watched.context.close();
  await proxy.stop(true);
});

test("an engine that listens beyond its machine shows nothing without the token", async () => {
  await main.context.close();
  await engine.kill("SIGTERM");
  engine.configure("0.0.0.0");
  await engine.start();
  expect((await fetch(`${engine.url}/api/v1/status`)).status).toBe(401);
  const watched = await Watched.open(browser);
  watched.excused = true; // the browser reports the refusals
  await watched.page.goto(engine.url);
  const gate = watched.page.getByLabel(/Operator token/);
  await gate.waitFor();
  expect(await watched.page.getByTestId("equity").count()).toBe(0);
  await gate.fill(engine.token);
  await watched.page.getByRole("button", { name: "Open" }).click();
  await watched.page.getByTestId("equity").waitFor({ timeout: 10_000 });
  await watched.page.getByTestId("link-state").getByText("live").waitFor();
  await watched.context.close();
});

test("no page complained", () => {
  expect(main.complaints).toEqual([]);
});
