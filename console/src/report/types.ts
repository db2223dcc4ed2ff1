// A run's report: what `report` puts into its page and GET runs/<name> answers.

export interface RunSummary {
  name: string;
  kind?: string;
  spans?: number;
  from_ms?: number;
  to_ms?: number;
  initial_equity?: number;
  final_equity?: number;
  max_drawdown?: number;
  problem?: string;
}

export type Cell = string | number | null;
export interface RunTable {
  columns: string[];
  rows: Cell[][];
  total: number;
}

/** [time ms, equity, drawdown, gross leverage, net leverage] */
export type CurveRow = [number, number, number, number, number];

export interface PairResult {
  pair: string;
  trades: number;
  wins: number;
  stops: number;
  pnl: number;
  fees: number;
  funding: number;
}

/** [time ms, volatility forecast, realised, expansion probability, tail, excursion] */
export type ForecastRow = [number, number, number | null, number, number, number | null];

export interface PairForecasts {
  scores: Record<string, number | null>;
  points: ForecastRow[];
}

export type Metrics = Record<string, number | null>;

export interface RunSpan {
  name: string;
  from_ms: number;
  to_ms: number;
  initial_equity: number;
  final_equity: number;
  metrics: Metrics;
  baselines: Record<string, Metrics>;
  curves: { name: string; rows: CurveRow[] }[];
  pairs: PairResult[];
  exit_reasons: Record<string, number>;
  refusals: Record<string, number>;
  trades: RunTable;
  decisions: RunTable;
  forecasts: Record<string, PairForecasts>;
}

export interface RunReport {
  name: string;
  kind: "backtest" | "walk_forward";
  spans: RunSpan[];
  walk_forward: unknown;
}
