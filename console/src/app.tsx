import { ActionButton, killFlatten, killFreeze, release } from "@/components/actions";
import { ModeBadge, TierBadge } from "@/components/badges";
import { DecisionDialog } from "@/components/decision-dialog";
import { TokenGate } from "@/components/token-gate";
import { Loading } from "@/components/states";
import { Button } from "@/components/ui/button";
import { cn } from "@/lib/cn";
import { lazily } from "@/lib/lazily";
import { amount, coin, percent, signClass } from "@/lib/format";
import { OverviewPage } from "@/pages/overview";
import { useRoute } from "@/state/use-hash";
import { useFreshAfterRestart, useLive } from "@/state/use-live";
import { useTime } from "@/state/use-time";
import { lastHeardAtom, linkAtom, lockedAtom, nowAtom, pairNamesAtom, staleAtom, statusAtom, themeAtom, tokenAtom, utcAtom } from "@/state/atoms";
import { useAtom, useAtomValue } from "jotai";
import { useEffect } from "react";

const PairPage = lazily(() => import("@/pages/pair"), () => <Loading />);
const DecisionsPage = lazily(() => import("@/pages/decisions"), () => <Loading />);
const LimitsPage = lazily(() => import("@/pages/limits"), () => <Loading />);
const OrdersPage = lazily(() => import("@/pages/orders"), () => <Loading />);
const ModelPage = lazily(() => import("@/pages/model"), () => <Loading />);
const JournalPage = lazily(() => import("@/pages/journal"), () => <Loading />);
const RunsPage = lazily(() => import("@/pages/runs"), () => <Loading />);
const ActionsPage = lazily(() => import("@/pages/actions"), () => <Loading />);

const LINKS: [string, string][] = [
  ["#/", "Overview"],
  ["#/decisions", "Decisions"],
  ["#/orders", "Orders"],
  ["#/limits", "Limits"],
  ["#/model", "Model"],
  ["#/journal", "Journal"],
  ["#/runs", "Runs"],
  ["#/actions", "Actions"],
];

function Page({ page }: { page: string }) {
  const pair = /^#\/pair\/(cmt_[a-z0-9]+)$/.exec(page)?.[1];
  if (pair !== undefined) return <PairPage name={pair} key={pair} />;
  const run = /^#\/runs\/(.+)$/.exec(page)?.[1];
  if (run !== undefined) return <RunsPage name={decodeURIComponent(run)} />;
  switch (page) {
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
    case "#/runs":
      return <RunsPage name={null} />;
    case "#/actions":
      return <ActionsPage />;
    default:
      return <OverviewPage />;
  }
}

export function App() {
  useLive();
  useFreshAfterRestart();
  const route = useRoute();
  const theme = useAtomValue(themeAtom);
  const stale = useAtomValue(staleAtom);
  const status = useAtomValue(statusAtom);
  const refused = useAtomValue(lockedAtom);
  const token = useAtomValue(tokenAtom);
  const locked = refused && token === "";
  useEffect(() => {
    document.documentElement.classList.toggle("dark", theme === "dark");
  }, [theme]);
  useEffect(() => {
    document.documentElement.classList.toggle("stale", stale && status !== null);
    document.title = stale ? "⚠ no news – RegimeGuard" : "RegimeGuard";
  }, [stale, status]);
  return (
    <div className={cn("min-h-dvh", status?.mode === "live" && "border-t-4 border-red-700")}>
      <a href="#main" className="sr-only focus:not-sr-only" onClick={(e) => { e.preventDefault(); document.getElementById("main")?.focus(); }}>
        Skip to the page
      </a>
      <TopBar />
      <div className="mx-auto max-w-[3400px] lg:flex">
        <Navigation page={route.page} />
        <div className="min-w-0 grow p-3 sm:p-4">
          <StaleBanner />
          <main id="main" tabIndex={-1} className="outline-none">
            {locked ? (
              <TokenGate />
            ) : (
              <Page page={route.page} />
            )}
          </main>
        </div>
      </div>
      <DecisionDialog id={route.decision} />
    </div>
  );
}

function Navigation({ page }: { page: string }) {
  const pairs = useAtomValue(pairNamesAtom);
  const link = (href: string, name: string) => (
    <a
      key={href}
      href={href}
      aria-current={page === href ? "page" : undefined}
      className={cn(
        "rounded-lg px-3 py-2 text-sm whitespace-nowrap hover:bg-raised",
        page === href || (href !== "#/" && page.startsWith(`${href}/`)) ? "bg-accent/10 font-semibold text-accent" : "text-muted hover:text-foreground",
      )}
    >
      {name}
    </a>
  );
  return (
    <nav
      aria-label="Pages"
      className="sticky top-[var(--bar)] z-20 border-b border-border bg-background lg:h-[calc(100dvh-var(--bar))] lg:w-40 lg:shrink-0 lg:overflow-y-auto lg:border-r lg:border-b-0 lg:p-2"
    >
      <div className="flex gap-1 overflow-x-auto p-1.5 lg:flex-col lg:p-0">
        {LINKS.map(([href, name]) => link(href, name))}
        <p className="mt-4 mb-1 hidden px-3 text-xs font-medium text-muted lg:block">Pairs</p>
        {pairs.map((name) => link(`#/pair/${name}`, coin(name)))}
      </div>
    </nav>
  );
}

function TopBar() {
  const status = useAtomValue(statusAtom);
  const [theme, setTheme] = useAtom(themeAtom);
  const [utc, setUtc] = useAtom(utcAtom);
  const time = useTime();
  const day = status === null || Number(status.day_opening_equity) === 0 ? 0 : Number(status.equity) - Number(status.day_opening_equity);
  return (
    <header className="sticky top-0 z-30 flex min-h-[var(--bar)] flex-wrap items-center gap-x-3 gap-y-1.5 border-b border-border bg-card px-3 py-1.5 sm:px-4">
      <a href="#/" className="flex items-center gap-2 text-base font-bold">
        <svg viewBox="0 0 24 24" className="size-6 text-accent" aria-hidden="true">
          <path d="M12 2 4 5v6c0 5 3.4 9.3 8 11 4.6-1.7 8-6 8-11V5z" fill="none" stroke="currentColor" strokeWidth="1.8" />
          <path d="m7 13 3-4 3 4 4-6" fill="none" stroke="currentColor" strokeWidth="1.8" strokeLinecap="round" strokeLinejoin="round" />
        </svg>
        <span className="hidden sm:inline">RegimeGuard</span>
      </a>
      {status !== null && (
        <>
          <ModeBadge mode={status.mode} />
          <TierBadge tier={status.tier} />
          <LinkState />
          <dl className="figures hidden items-baseline gap-4 text-sm md:flex">
            <div className="flex items-baseline gap-1.5">
              <dt className="text-xs text-muted">Equity</dt>
              <dd className="font-semibold">{amount(status.equity)}</dd>
            </div>
            <div className="hidden items-baseline gap-1.5 xl:flex">
              <dt className="text-xs text-muted">Today</dt>
              <dd className={signClass(day)}>
                {day >= 0 ? "+" : "−"}
                {amount(Math.abs(day))}
              </dd>
            </div>
            <div className="hidden items-baseline gap-1.5 xl:flex">
              <dt className="text-xs text-muted">Drawdown</dt>
              <dd>{percent(status.drawdown, 2)}</dd>
            </div>
          </dl>
        </>
      )}
      <span className="grow" />
      {status !== null && (
        <button type="button" className="figures hidden min-h-9 cursor-pointer rounded-lg px-2 text-sm text-muted hover:bg-raised sm:block" title="Market time; click for local or UTC" onClick={() => { setUtc(!utc); }}>
          {time(status.data_time_ms)}
        </button>
      )}
      <Button variant="ghost" className="px-2" aria-label={theme === "dark" ? "Use light colours" : "Use dark colours"} onClick={() => { setTheme(theme === "dark" ? "light" : "dark"); }}>
        {theme === "dark" ? "☀" : "☾"}
      </Button>
      {status?.tier === "latched" || status?.tier === "flatten" ? <ActionButton action={release} label="Release" look="primary" /> : null}
      <ActionButton action={killFreeze} label="Freeze" className="hidden sm:inline-flex" />
      <ActionButton action={killFlatten} label="Kill" look="kill" />
    </header>
  );
}

/** Whether what is on the screen is alive, and how old it is. */
function LinkState() {
  const stale = useAtomValue(staleAtom);
  const heard = useAtomValue(lastHeardAtom);
  const now = useAtomValue(nowAtom);
  const age = Math.max(0, (now - heard) / 1000);
  return (
    <span className={cn("figures flex items-center gap-1.5 text-xs", stale ? "text-danger" : "text-muted")} data-testid="link-state" title="Age of the newest word from the engine">
      <span aria-hidden="true" className={cn("inline-block size-2 rounded-full", stale ? "bg-danger" : "animate-pulse bg-accent")} />
      {stale ? `old, ${age.toFixed(0)} s` : "live"}
    </span>
  );
}

function StaleBanner() {
  const stale = useAtomValue(staleAtom);
  const link = useAtomValue(linkAtom);
  const heard = useAtomValue(lastHeardAtom);
  const now = useAtomValue(nowAtom);
  if (!stale || heard === 0) return null;
  return (
    <div role="alert" data-testid="stale" className="mb-3 rounded-lg border border-danger bg-danger/10 p-3 text-sm font-medium text-danger">
      {link === "live" ? "No news from the engine." : "Connection to the engine lost, reconnecting."} Last word {Math.max(0, (now - heard) / 1000).toFixed(0)} s ago; what you
      see is old. Positions keep their stops at the exchange.
    </div>
  );
}
