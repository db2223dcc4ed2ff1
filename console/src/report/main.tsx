// The self-contained report: the data stand in the page, nothing is fetched.

import "@/index.css";
import { Button } from "@/components/ui/button";
import { RunView } from "@/report/run-view";
import type { RunReport } from "@/report/types";
import { themeAtom } from "@/state/atoms";
import { useAtom } from "jotai";
import { StrictMode, useEffect } from "react";
import { createRoot } from "react-dom/client";

function Page({ report }: { report: RunReport }) {
  const [theme, setTheme] = useAtom(themeAtom);
  useEffect(() => {
    document.documentElement.classList.toggle("dark", theme === "dark");
  }, [theme]);
  return (
    <div className="mx-auto max-w-[2200px] p-3 sm:p-5">
      <header className="mb-4 flex flex-wrap items-center gap-3">
        <h1 className="text-xl font-bold">
          RegimeGuard – {report.kind === "walk_forward" ? "walk-forward" : "backtest"} {report.name}
        </h1>
        <span className="grow" />
        <Button aria-label={theme === "dark" ? "Use light colours" : "Use dark colours"} onClick={() => { setTheme(theme === "dark" ? "light" : "dark"); }}>
          {theme === "dark" ? "☀" : "☾"}
        </Button>
      </header>
      <main>
        <RunView report={report} />
      </main>
      <p className="mt-6 text-xs text-muted">Simulated fills with fees, slippage and funding; definitions in docs/simulation.md. Past results say nothing certain about the future.</p>
    </div>
  );
}

const root = document.getElementById("root");
const data = document.getElementById("run");
if (root === null || data === null) throw new Error("the page has no #root or no #run");
document.title = "RegimeGuard report";
createRoot(root).render(
  <StrictMode>
    <Page report={JSON.parse(data.textContent) as RunReport} />
  </StrictMode>,
);
