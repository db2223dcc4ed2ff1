import type { GuardLevel, Mode, Outcome, Regime, Tier } from "@/api/types";
import { Badge, type BadgeTone } from "@/components/ui/badge";
import { percent, words } from "@/lib/format";

// Each badge carries a shape as well as a colour.
const REGIMES: Record<Regime, { tone: BadgeTone; mark: string }> = {
  trending: { tone: "trending", mark: "↗" },
  range_bound: { tone: "range", mark: "↔" },
  high_volatility: { tone: "volatile", mark: "⚡" },
  unknown: { tone: "unknown", mark: "?" },
};

export function RegimeBadge({ regime, confidence }: { regime: Regime; confidence?: number }) {
  const look = REGIMES[regime];
  return (
    <Badge tone={look.tone}>
      <span aria-hidden="true">{look.mark}</span> {words(regime)}
      {confidence === undefined || regime === "unknown" ? "" : ` ${percent(confidence, 0)}`}
    </Badge>
  );
}

export function GuardBadge({ level, cause }: { level: GuardLevel; cause: string }) {
  const tone: BadgeTone = level === "normal" ? "muted" : level === "caution" ? "warning" : "danger";
  return (
    <Badge tone={tone}>
      guard {level}
      {level === "normal" ? "" : ` (${words(cause)})`}
    </Badge>
  );
}

export function ModeBadge({ mode }: { mode: Mode }) {
  return mode === "live" ? (
    <Badge tone="danger" className="text-sm">
      LIVE
    </Badge>
  ) : (
    <Badge tone="accent" className="text-sm">
      {mode}
    </Badge>
  );
}

export function TierBadge({ tier }: { tier: Tier }) {
  if (tier === "none") return <Badge tone="muted">no halt</Badge>;
  return <Badge tone={tier === "warn" ? "warning" : "danger"}>{words(tier)}</Badge>;
}

export function OutcomeBadge({ outcome }: { outcome: Outcome }) {
  const tone: BadgeTone = outcome === "approved" ? "accent" : outcome === "refused" ? "warning" : "plain";
  return <Badge tone={tone}>{words(outcome)}</Badge>;
}
