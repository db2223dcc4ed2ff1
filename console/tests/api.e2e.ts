// docs/openapi.json against the answers of a running engine: every path, nothing undocumented.

import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { makeRun } from "./candles";
import { Engine, Exchange, freePort, until } from "./engine";
import { problems, type Schema } from "./schema";

setDefaultTimeout(120_000);

interface Operation {
  responses: Record<string, { content?: Record<string, { schema: Schema }> }>;
  "x-message"?: Schema;
}
interface Document {
  paths: Record<string, { get?: Operation; post?: Operation }>;
  components: { schemas: Record<string, Schema> };
}
const document = JSON.parse(readFileSync(new URL("../../docs/openapi.json", import.meta.url), "utf8")) as Document;

function find(ref: string): Schema {
  const schema = document.components.schemas[ref.replace("#/components/schemas/", "")];
  if (schema === undefined) throw new Error(`${ref} is not in the document`);
  return schema;
}

let folder = "";
let exchange: Exchange;
let engine: Engine;
const values: Record<string, string> = { "{pair}": "cmt_btcusdt", "{table}": "fills", "{name}": "sample" };

beforeAll(async () => {
  folder = mkdtempSync(`${tmpdir()}/rg-api-${String(process.pid)}-`);
  exchange = await Exchange.start(folder);
  engine = new Engine(`${folder}/engine`, await freePort(), exchange.greeting);
  await makeRun(folder, `${engine.folder}/runs/sample`);
  await engine.start();
  values["{id}"] = await until("a decision with fills", 45, async () => {
    const { fills } = await engine.ask("fills?limit=1");
    if (fills.length === 0) return null;
    const { decisions } = await engine.ask("decisions?outcome=approved&limit=1");
    return decisions[0].decision as string;
  });
});

afterAll(async () => {
  await engine.kill("SIGTERM");
  exchange.process.kill("SIGTERM");
  await exchange.process.exited;
  rmSync(folder, { recursive: true, force: true });
});

function filled(path: string): string {
  return path.replace(/\{[a-z]+\}/g, (name) => values[name] ?? name);
}

test("every read answers as documented", async () => {
  const wrong: string[] = [];
  for (const [path, { get }] of Object.entries(document.paths)) {
    if (get === undefined || get["x-message"] !== undefined) continue;
    const response = await fetch(engine.url + filled(path));
    const content = get.responses[String(response.status)]?.content;
    if (content === undefined) {
      wrong.push(`${path}: answered ${String(response.status)}, which is not documented: ${await response.text()}`);
      continue;
    }
    const type = (response.headers.get("Content-Type") ?? "").split(";")[0] ?? "";
    const schema = content[type]?.schema;
    if (schema === undefined) wrong.push(`${path}: answered ${type}, which is not documented`);
    else wrong.push(...problems(type === "application/json" ? await response.json() : await response.text(), schema, find).map((p) => `${path} ${p}`));
  }
  expect(wrong.slice(0, 20)).toEqual([]);
});

test("the stream says what is documented: a snapshot, then ordered updates; a resumed one misses nothing", async () => {
  const schema = document.paths["/api/v1/stream"]?.get?.["x-message"] ?? {};
  const listen = async (since: number, enough: (seen: { seq: number; kind: string }[]) => boolean) => {
    const seen: { seq: number; kind: string }[] = [];
    const socket = new WebSocket(`${engine.url.replace("http", "ws")}/api/v1/stream`);
    socket.onopen = () => { socket.send(JSON.stringify({ since })); };
    socket.onmessage = (e) => seen.push(JSON.parse(String(e.data)) as { seq: number; kind: string });
    await until("enough of the stream", 20, () => enough(seen));
    socket.close();
    return seen;
  };
  const seen = await listen(0, (m) => m.length >= 8 && m.some((x) => x.kind === "decision"));
  expect(seen.flatMap((m) => problems(m, schema, find)).slice(0, 10)).toEqual([]);
  expect(seen[0]?.kind).toBe("snapshot");
  const order = seen.slice(1).map((m) => m.seq);
  expect(order).toEqual([...order].sort((a, b) => a - b));
  expect(new Set(order).size).toBe(order.length);
  const after = await listen(seen[0]?.seq ?? 1, (m) => m.some((x) => x.kind === "snapshot"));
  const resumed = after.slice(0, after.findIndex((m) => m.kind === "snapshot")).filter((m) => m.kind === "decision");
  const missed = seen.filter((m) => m.kind === "decision");
  expect(resumed.map((m) => m.seq)).toEqual(expect.arrayContaining(missed.map((m) => m.seq)));
});

test("changes need the token, and say no in the documented form", async () => {
  for (const [path, { post }] of Object.entries(document.paths)) {
    if (post === undefined) continue;
    const response = await fetch(engine.url + filled(path), { method: "POST", body: "{}" });
    expect(response.status).toBe(401);
    expect(problems(await response.json(), post.responses["401"]?.content?.["application/json"]?.schema ?? {}, find)).toEqual([]);
  }
  expect((await engine.ask("status")).tier).not.toBe("latched");
});

test("prices and sizes are strings wherever they appear", async () => {
  const status = await engine.ask("status");
  for (const pair of Object.values(status.pairs) as Record<string, unknown>[]) {
    expect(typeof pair["last_price"]).toBe("string");
    expect(typeof pair["pnl"]).toBe("string");
  }
});

test("the metrics are Prometheus text: each name has help and type, no name comes twice", async () => {
  const text = await (await fetch(`${engine.url}/metrics`)).text();
  const names = [...text.matchAll(/^# TYPE (\S+) (gauge|counter)$/gm)].map((m) => m[1] ?? "");
  expect(names.length).toBeGreaterThan(15);
  expect(new Set(names).size).toBe(names.length);
  for (const line of text.trim().split("\n").filter((l) => !l.startsWith("#"))) {
    expect(line).toMatch(/^regimeguard_[a-z_]+(\{[a-z_]+="[^"]*"\})? -?[0-9.e+-]+$/);
    expect(names).toContain(line.replace(/[{ ].*$/, ""));
  }
});
