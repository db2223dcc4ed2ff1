import { chromium, type Browser, type BrowserContext, type Page } from "playwright-core";
import { OUT } from "./engine";

const FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];

export async function openBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: process.env["RG_CHROMIUM"] ?? "/usr/bin/chromium", args: FLAGS });
}

/** A page that remembers what it complained about. */
export class Watched {
  readonly complaints: string[] = [];
  /** While true, complaints are expected: an engine is down, a token is wrong. */
  excused = false;
  private constructor(
    readonly page: Page,
    readonly context: BrowserContext,
  ) {}
  static async open(browser: Browser, size = { width: 1440, height: 900 }, theme: "dark" | "light" = "dark"): Promise<Watched> {
    const context = await browser.newContext({ viewport: size, colorScheme: theme });
    const page = await context.newPage();
    const watched = new Watched(page, context);
    const complain = (text: string) => {
      if (!watched.excused) watched.complaints.push(text);
    };
    page.on("console", (m) => {
      if (m.type() === "error" || m.type() === "warning") complain(`${m.type()}: ${m.text()}`);
    });
    page.on("pageerror", (e) => {
      complain(`uncaught: ${String(e)}`);
    });
    return watched;
  }
  async shot(name: string): Promise<void> {
    if (OUT !== "") await this.page.screenshot({ path: `${OUT}/${name}.png` });
  }
}
