import type { GuardLevel, Mode, Outcome, Regime, Tier } from "@/api/types";
import { Badge, type BadgeTone } from "@/components/ui/badge";
import { percent, words } from "@/lib/format";

// Each badge carries a shape as well as a colour.
export const REGIMES: Record<Regime, { tone: BadgeTone; mark: string; name: string; colour: string }> = {
  trending: { tone: "trending", mark: "↗", name: "trending", colour: "--trending" },
  range_bound: { tone: "range", mark: "↔", name: "range-bound", colour: "--range" },
  high_volatility: { tone: "volatile", mark: "≋", name: "high volatility", colour: "--volatile" },
  unknown: { tone: "unknown", mark: "?", name: "unknown", colour: "--unknown" },
};

export function RegimeBadge({ regime, confidence }: { regime: Regime; confidence?: number }) {
  const look = REGIMES[regime];
  return (
    <Badge tone={look.tone}>
      <span aria-hidden="true">{look.mark}</span> {look.name}
      {confidence === undefined || regime === "unknown" ? "" : ` ${percent(confidence, 0)}`}
    </Badge>
  );
}

export function GuardBadge({ level, cause }: { level: GuardLevel; cause: string }) {
  const tone: BadgeTone = level === "normal" ? "muted" : level === "caution" ? "warning" : "danger";
  const mark = level === "normal" ? "✓" : level === "caution" ? "!" : "■";
  return (
    <Badge tone={tone}>
      <span aria-hidden="true">{mark}</span> guard {level}
      {level === "normal" ? "" : `: ${words(cause)}`}
    </Badge>
  );
}

export function ModeBadge({ mode }: { mode: Mode }) {
  if (mode === "live") {
    return (
      <Badge tone="live" className="text-sm font-bold tracking-wide">
        ● LIVE
      </Badge>
    );
  }
  return (
    <Badge tone={mode === "paper" ? "warning" : "accent"} className="text-sm tracking-wide uppercase">
      {mode}
    </Badge>
  );
}

const TIERS: Record<Tier, string> = {
  none: "trading",
  warn: "drawdown warning",
  reduce_only: "reduce only",
  flatten: "flattening",
  latched: "kill latched",
};

export function TierBadge({ tier }: { tier: Tier }) {
  const tone: BadgeTone = tier === "none" ? "muted" : tier === "warn" ? "warning" : "danger";
  return (
    <Badge tone={tone} data-testid="tier" className="text-sm">
      <span aria-hidden="true">{tier === "none" ? "✓" : "■"}</span> {TIERS[tier]}
    </Badge>
  );
}

const OUTCOMES: Record<Outcome, { tone: BadgeTone; mark: string }> = {
  approved: { tone: "accent", mark: "✓" },
  refused: { tone: "warning", mark: "✗" },
  exit: { tone: "plain", mark: "←" },
  hand_over: { tone: "plain", mark: "⇄" },
};

export function OutcomeBadge({ outcome }: { outcome: Outcome }) {
  return (
    <Badge tone={OUTCOMES[outcome].tone}>
      <span aria-hidden="true">{OUTCOMES[outcome].mark}</span> {words(outcome)}
    </Badge>
  );
}

/** Buy and sell by word and arrow, then by colour. */
export function SideText({ side }: { side: "buy" | "sell" | "long" | "short" }) {
  const up = side === "buy" || side === "long";
  return (
    <span className={up ? "text-gain" : "text-loss"}>
      <span aria-hidden="true">{up ? "▲" : "▼"}</span> {side}
    </span>
  );
}
