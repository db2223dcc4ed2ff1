// What the engine's API says (docs/api.md). Prices, sizes and amounts are decimal strings.

export type Regime = "trending" | "range_bound" | "high_volatility" | "unknown";
export type GuardLevel = "normal" | "caution" | "halt" | "kill";
export type Tier = "none" | "warn" | "reduce_only" | "flatten" | "latched";
export type Outcome = "approved" | "refused" | "exit" | "hand_over";
export type Mode = "sim" | "paper" | "live";

export const FACTOR_NAMES = [
  "confidence",
  "volatility",
  "drawdown",
  "clustering",
  "asset",
  "guard",
  "correlation",
] as const;
export type FactorName = (typeof FACTOR_NAMES)[number];
export type Factors = Record<FactorName, number>;

export interface Posterior {
  trending: number;
  range_bound: number;
  high_volatility: number;
}

export interface GuardView {
  level: GuardLevel;
  cause: string;
  evidence: number;
  threshold: number;
  exposure_factor: number;
  since_ms: number;
}

export interface Forecast {
  rv_forecast: number;
  rv_baseline: number;
  p_expansion: number;
  tail_q95: number;
}

export interface PositionView {
  side: "long" | "short";
  quantity: string;
  entry_price: string;
  stop_price: string | null;
  opened_ms: number;
}

export interface PairView {
  enabled: boolean;
  warm: boolean;
  paused: boolean;
  winding_down: boolean;
  quarantined: boolean;
  kill_latched: boolean;
  regime: Regime;
  confidence: number;
  posterior: Posterior | null;
  abstention: string;
  guard: GuardView;
  forecast: Forecast | null;
  position: PositionView | null;
  last_price: string;
  mark_price: string;
  bars: number;
  decisions: number;
  refusals: number;
  orders: number;
  fills: number;
  trades: number;
  restarts: number;
  pnl: string;
  fees: string;
  cooldown_until_ms: number;
  not_trading_because: string[];
}

export interface DecisionView {
  decision: string;
  pair: string;
  ts_ms: number;
  outcome: Outcome;
  reason: string;
  side: "buy" | "sell";
  rule: string;
  regime: Regime;
  confidence: number;
  multiplier: number;
  factors: Factors;
  quantity: string;
  price: string;
}

/** How well the venue's time is known, and whether that suffices for new risk. */
export interface VenueClock {
  open: boolean;
  uncertainty_ms: number | null;
  measured_ms: number | null;
  closed_because: string;
}

/** AI logs that the venue has not acked. */
export interface AiLogQueue {
  on: boolean;
  waiting: number;
  acked: number;
  oldest_ms: number | null;
  stuck: boolean;
  last_error: string;
}

export interface Status {
  run_id: string;
  version: string;
  mode: Mode;
  wall_time_ms: number;
  data_time_ms: number;
  started_ms: number;
  reconciled: boolean;
  links: { public: boolean; private: boolean };
  tier: Tier;
  equity: string;
  high_water_mark: string;
  wallet_balance: string;
  initial_equity: string;
  day_opening_equity: string;
  orders_today: number;
  drawdown: number;
  gross_leverage: number;
  net_leverage: number;
  max_gross_leverage: number;
  max_drawdown: number;
  order_requests: number;
  journal_records: number;
  restarts: number;
  clock_offset_ms: number;
  venue_clock: VenueClock;
  ai_log: AiLogQueue;
  model_sha256: string;
  config_sha256: string;
  settings_changes: number;
  warnings: { id: string; text: string }[];
  disk_used_mb: number;
  disk_free_mb: number;
  alerts_sent: number;
  alerts_failed: number;
  pairs: Record<string, PairView>;
  /** Absent in the stream's updates: decisions come one by one there. */
  last_decisions?: DecisionView[];
}

export interface DecisionRow extends DecisionView {
  sentence: string;
  /** Place in the journal. */
  seq: number;
}

/** One decision with everything that led to it and came of it. */
export interface DecisionDetail extends DecisionView {
  sentence: string;
  stop_distance: number | null;
  stop_price: string | null;
  risk_budget: string;
  /** Size at which the loss at the stop equals the budget; the multiplier scales it down. */
  full_quantity: number | null;
  cooldown_until_ms: number;
  posterior: Posterior | null;
  abstention: string;
  features: Record<string, number>;
  inputs: { fast: number; slow: number; anchor: number; score: number };
  invalidation: number;
  target: number;
  forecast: Forecast | null;
  guard: { level: GuardLevel; cause: string };
  portfolio: { equity: string; high_water_mark: string; drawdown: number; gross_leverage: number };
  counterfactuals: { factor: FactorName; multiplier: number; sentence: string }[];
  orders: OrderView[];
  fills: FillView[];
  ai_log: string;
  hash: string;
}

export interface OrderView {
  client_id: string;
  venue_id: string;
  pair: string;
  decision: string;
  role: string;
  side: "buy" | "sell";
  state: string;
  quantity: string;
  filled: string;
  price: string;
  ts_ms: number;
  note: string;
}

export interface FillView {
  venue_fill_id: string;
  client_id: string;
  pair: string;
  side: "buy" | "sell";
  quantity: string;
  price: string;
  fee: string;
  maker: boolean;
  realised_pnl: string;
  ts_ms: number;
}

export interface LimitView {
  id: string;
  name: string;
  /** null: a check of single orders, nothing accrues. */
  value: number | null;
  limit: number;
  unit: string;
  /** Share of the limit that is used up: 1 = at the limit. */
  used: number | null;
  state: "ok" | "warning" | "bound";
  last_bound_ms: number | null;
}

/** Rows are [open time ms, open, high, low, close, volume]. */
export type BarRow = [number, string, string, string, string, string];

export interface PairHistory {
  pair: string;
  interval_ms: number;
  bars: BarRow[];
  regimes: { ts_ms: number; regime: Regime; confidence: number; posterior: Posterior | null }[];
  forecasts: { ts_ms: number; rv_forecast: number; p_expansion: number; tail_q95: number }[];
  guard: { ts_ms: number; level: GuardLevel; cause: string; evidence: number; threshold: number }[];
  /** null: from here on no stop rests. */
  stops: { ts_ms: number; price: string | null }[];
  fills: FillView[];
}

export interface EquityPoint {
  ts_ms: number;
  equity: string;
  drawdown: number;
  gross_leverage: number;
}

export type StreamMessage =
  | { seq: number; kind: "snapshot"; status: Status; limits: LimitView[] }
  | { seq: number; kind: "status"; status: Status; limits: LimitView[] }
  | { seq: number; kind: "decision"; decision: DecisionView };

/** Closes of late with the regime in force: [close time ms, close, regime]. */
export type SparkPoint = [number, string, Regime];

export interface JournalEvent {
  seq: number;
  ts_ms: number;
  wall_ms: number;
  kind: string;
  subject: string;
  detail: string;
}

export interface EngineRun {
  run_id: string;
  wall_ms: number;
  command: string;
  model_sha256: string;
  config_sha256: string;
}
