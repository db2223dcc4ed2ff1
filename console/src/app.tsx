import { ActionButton, killFlatten, killFreeze, release } from "@/components/actions";
import { ModeBadge, TierBadge } from "@/components/badges";
import { Button } from "@/components/ui/button";
import { localTime, utcTime } from "@/lib/format";
import { DecisionsPage } from "@/pages/decisions";
import { JournalPage } from "@/pages/journal";
import { LimitsPage } from "@/pages/limits";
import { ModelPage } from "@/pages/model";
import { OrdersPage } from "@/pages/orders";
import { OverviewPage } from "@/pages/overview";
import { PairPage } from "@/pages/pair";
import { useHash } from "@/state/use-hash";
import { useLive } from "@/state/use-live";
import { lastHeardAtom, linkAtom, nowAtom, staleAtom, statusAtom, themeAtom, utcAtom } from "@/state/atoms";
import { useAtom, useAtomValue } from "jotai";
import { useEffect } from "react";

const LINKS: [string, string][] = [
  ["#/", "Overview"],
  ["#/decisions", "Decisions"],
  ["#/limits", "Limits"],
  ["#/orders", "Orders and fills"],
  ["#/model", "Model"],
  ["#/journal", "Journal"],
];

function Page({ hash }: { hash: string }) {
  const pair = /^#\/pair\/(cmt_[a-z0-9]+)$/.exec(hash)?.[1];
  if (pair !== undefined) return <PairPage name={pair} />;
  switch (hash) {
    case "#/decisions":
      return <DecisionsPage />;
    case "#/limits":
      return <LimitsPage />;
    case "#/orders":
      return <OrdersPage />;
    case "#/model":
      return <ModelPage />;
    case "#/journal":
      return <JournalPage />;
    default:
      return <OverviewPage />;
  }
}

export function App() {
  useLive();
  const hash = useHash();
  const theme = useAtomValue(themeAtom);
  useEffect(() => {
    document.documentElement.classList.toggle("dark", theme === "dark");
  }, [theme]);
  return (
    <div className="mx-auto max-w-[1800px] p-3 sm:p-5">
      <TopBar />
      <nav aria-label="Pages" className="mb-4 flex flex-wrap gap-x-4 gap-y-1 border-b border-border pb-2 text-sm">
        {LINKS.map(([href, name]) => (
          <a key={href} href={href} aria-current={hash === href ? "page" : undefined} className={hash === href ? "font-semibold text-accent" : "hover:text-accent"}>
            {name}
          </a>
        ))}
      </nav>
      <StaleBanner />
      <main>
        <Page hash={hash} />
      </main>
    </div>
  );
}

function TopBar() {
  const status = useAtomValue(statusAtom);
  const [theme, setTheme] = useAtom(themeAtom);
  const [utc, setUtc] = useAtom(utcAtom);
  return (
    <header className="mb-3 flex flex-wrap items-center gap-3">
      <span className="text-lg font-bold">RegimeGuard</span>
      {status !== null && (
        <>
          <ModeBadge mode={status.mode} />
          <TierBadge tier={status.tier} />
          <button type="button" className="cursor-pointer text-sm text-muted" title="Market time; click for local or UTC" onClick={() => { setUtc(!utc); }}>
            {utc ? utcTime(status.data_time_ms) : localTime(status.data_time_ms)}
          </button>
        </>
      )}
      <span className="grow" />
      <Button variant="ghost" aria-label="Switch between dark and light" onClick={() => { setTheme(theme === "dark" ? "light" : "dark"); }}>
        {theme === "dark" ? "Light" : "Dark"}
      </Button>
      {status?.tier === "latched" || status?.tier === "flatten" ? <ActionButton action={release} label="Release latch" /> : null}
      <ActionButton action={killFreeze} label="Freeze" />
      <ActionButton action={killFlatten} label="Kill" />
    </header>
  );
}

function StaleBanner() {
  const stale = useAtomValue(staleAtom);
  const link = useAtomValue(linkAtom);
  const heard = useAtomValue(lastHeardAtom);
  const now = useAtomValue(nowAtom);
  if (!stale) return null;
  const since = heard === 0 ? "" : ` Last word ${((now - heard) / 1000).toFixed(0)} s ago; what you see is old.`;
  return (
    <div role="alert" className="mb-4 rounded-md border border-danger bg-danger/15 p-3 text-sm font-medium text-danger">
      {link === "lost" ? "Connection to the engine lost, reconnecting." : "No news from the engine."}
      {since}
    </div>
  );
}
