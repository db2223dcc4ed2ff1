// How each metric is shown: in percent, as a ratio, as a count or as an amount.

import { amount, percent } from "@/lib/format";

type Kind = "percent" | "ratio" | "count" | "amount" | "times";

const KINDS: Record<string, [string, Kind]> = {
  total_return: ["Total return", "percent"],
  cagr: ["Return per year", "percent"],
  volatility: ["Volatility per year", "percent"],
  sharpe: ["Sharpe", "ratio"],
  sortino: ["Sortino", "ratio"],
  calmar: ["Calmar", "ratio"],
  max_drawdown: ["Maximum drawdown", "percent"],
  cvar_95: ["Mean loss of the worst 5 % of days", "percent"],
  trades: ["Trades", "count"],
  win_rate: ["Share of winners", "percent"],
  profit_factor: ["Profit factor", "ratio"],
  turnover: ["Turnover", "times"],
  fees_paid: ["Fees paid", "amount"],
  funding_paid: ["Funding paid", "amount"],
  time_in_market: ["Time in market", "percent"],
  mean_gross_leverage: ["Mean gross leverage", "times"],
  max_gross_leverage: ["Highest gross leverage", "times"],
  stops_hit: ["Stops hit", "count"],
  forecasts: ["Forecasts", "count"],
  tail_level: ["Tail level", "percent"],
  tail_exceedance_rate: ["Beyond the tail", "percent"],
  kupiec_p: ["Kupiec p", "ratio"],
  qlike: ["QLIKE", "ratio"],
  qlike_ewma: ["QLIKE of EWMA", "ratio"],
  expansion_auc: ["Expansion AUC", "ratio"],
  expansion_brier_skill: ["Expansion Brier skill", "ratio"],
};

export function isMetric(key: string): boolean {
  return key in KINDS;
}

export function metricName(key: string): string {
  return KINDS[key]?.[0] ?? key.replaceAll("_", " ");
}

export function metricText(key: string, value: number | null | undefined): string {
  if (value === null || value === undefined) return "–";
  switch (KINDS[key]?.[1] ?? "ratio") {
    case "percent":
      return percent(value, 2);
    case "count":
      return amount(value, 0);
    case "amount":
      return amount(value);
    case "times":
      return `${amount(value)}×`;
    case "ratio":
      return amount(value, 3);
  }
}
