// Starts the built program as a person would: an exchange, and an engine with a console against it.

import { spawn, type Subprocess } from "bun";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";

export const BINARY = process.env["RG_BINARY"] ?? "";
export const OUT = process.env["RG_ARTEFACTS"] ?? "";
const SPEED = "900"; // one 15-minute bar a second

/** A port that was free a moment ago. */
export async function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      const port = typeof address === "object" && address !== null ? address.port : 0;
      server.close(() => {
        resolve(port);
      });
    });
  });
}

export async function until<T>(what: string, seconds: number, look: () => Promise<T | null | undefined | false> | T | null | undefined | false): Promise<T> {
  const end = Date.now() + 1000 * seconds;
  for (;;) {
    const seen = await look();
    if (seen !== null && seen !== undefined && seen !== false) return seen;
    if (Date.now() > end) throw new Error(`waited ${String(seconds)} s in vain for: ${what}`);
    await Bun.sleep(50);
  }
}

interface Greeting {
  rest_url: string;
  ws_public_url: string;
  ws_private_url: string;
  ca_file: string;
  credentials: { api_key: string; secret_key: string; passphrase: string };
}

export class Exchange {
  private constructor(
    readonly process: Subprocess<"ignore", "pipe", "inherit">,
    readonly greeting: Greeting,
  ) {}
  static async start(folder: string): Promise<Exchange> {
    const child = spawn([BINARY, "exchange", "--port", "0", "--seed", "3", "--speed", SPEED], { cwd: folder, stdout: "pipe", stdin: "ignore", stderr: "inherit" });
    let text = "";
    const decoder = new TextDecoder();
    const reader = child.stdout.getReader();
    while (!text.includes("\n")) {
      const { value, done } = await reader.read();
      if (done) throw new Error("the exchange ended before it greeted");
      text += decoder.decode(value);
    }
    return new Exchange(child, JSON.parse(text.slice(0, text.indexOf("\n"))) as Greeting);
  }
}

export class Engine {
  private child: Subprocess | null = null;
  constructor(
    readonly folder: string,
    readonly port: number,
    private readonly exchange: Greeting,
    private readonly publicUrl = "",
  ) {
    mkdirSync(folder, { recursive: true });
    this.configure("127.0.0.1");
  }
  /** Holds from the next start on. */
  configure(address: string): void {
    const { exchange } = this;
    const at = (name: string) => JSON.stringify(`${this.folder}/${name}`);
    writeFileSync(
      `${this.folder}/engine.toml`,
      [
        'mode = "sim"',
        `kill_file = ${at("KILL")}`,
        "[exchange]",
        ...(["rest_url", "ws_public_url", "ws_private_url", "ca_file"] as const).map((k) => `${k} = ${JSON.stringify(exchange[k])}`),
        "[journal]",
        `path = ${at("journal.db")}`,
        `key_path = ${at("journal.key")}`,
        "[console]",
        `listen = "${address}:${String(this.port)}"`,
        `token_file = ${at("operator.token")}`,
        `public_url = ${JSON.stringify(this.publicUrl)}`,
        "",
      ].join("\n"),
    );
  }
  get url(): string {
    return `http://127.0.0.1:${String(this.port)}`;
  }
  get token(): string {
    return readFileSync(`${this.folder}/operator.token`, "utf8").trim();
  }
  async start(): Promise<void> {
    const keys = this.exchange.credentials;
    this.child = spawn([BINARY, "run", "--config", `${this.folder}/engine.toml`, "--quiet"], {
      cwd: this.folder,
      stdout: "ignore",
      stderr: Bun.file(`${this.folder}/engine.err`),
      env: { ...process.env, WEEX_API_KEY: keys.api_key, WEEX_SECRET_KEY: keys.secret_key, WEEX_PASSPHRASE: keys.passphrase },
    });
    await until("the engine answers", 30, async () => (await this.ask("status").catch(() => null)) !== null);
  }
  async kill(signal: "SIGKILL" | "SIGTERM"): Promise<void> {
    this.child?.kill(signal);
    await this.child?.exited;
    this.child = null;
  }
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- tests look at what is really there
  async ask(path: string): Promise<any> {
    const response = await fetch(`${this.url}/api/v1/${path}`, { headers: { Authorization: `Bearer ${this.token}` } });
    if (!response.ok) throw new Error(`${path}: ${String(response.status)}`);
    return response.json();
  }
}
