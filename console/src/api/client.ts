// Requests to the engine. Reads need nothing on this machine; changes carry the operator's token,
// which lives in memory only: never in storage, never in a URL.

import type {
  DecisionDetail,
  EquityPoint,
  FillView,
  DecisionRow,
  EngineRun,
  JournalEvent,
  LimitView,
  OrderView,
  PairHistory,
  SparkPoint,
} from "./types";
import type { RunReport, RunSummary } from "@/report/types";

/** Where the API lies, relative to the page: works under a sub-path. */
export function apiUrl(path: string, base: string = document.baseURI): string {
  return new URL(`api/v1/${path}`, base).toString();
}

export class ApiError extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

async function errorOf(response: Response): Promise<ApiError> {
  let text = response.statusText;
  try {
    const body: unknown = await response.json();
    if (typeof body === "object" && body !== null && "error" in body && typeof body.error === "string") {
      text = body.error;
    }
  } catch {
    // The answer was no JSON; its status text has to do.
  }
  return new ApiError(response.status, text);
}

// Where the engine listens beyond loopback, reads need the token too.
let readToken = "";
let onLocked: () => void = () => undefined;
export function setReadToken(token: string): void {
  readToken = token;
}
export function getReadToken(): string {
  return readToken;
}
/** Called when a read was refused for want of the token. */
export function whenLocked(action: () => void): void {
  onLocked = action;
}

export async function get<T>(path: string, signal?: AbortSignal): Promise<T> {
  const response = await fetch(apiUrl(path), {
    headers: { Accept: "application/json", ...(readToken === "" ? {} : { Authorization: `Bearer ${readToken}` }) },
    ...(signal ? { signal } : {}),
  });
  if (!response.ok) {
    if (response.status === 401) onLocked();
    throw await errorOf(response);
  }
  return (await response.json()) as T;
}

export async function post(path: string, token: string, body: object): Promise<void> {
  const response = await fetch(apiUrl(path), {
    method: "POST",
    headers: { Authorization: `Bearer ${token}`, "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
  if (!response.ok) {
    throw await errorOf(response);
  }
}

export interface DecisionFilter {
  pair: string;
  outcome: string;
  text: string;
}

export interface PageOf {
  limit: number;
  before?: number;
  after?: number;
}

export function decisionQuery(filter: DecisionFilter, page: PageOf): string {
  const query = new URLSearchParams({ limit: String(page.limit) });
  if (page.before !== undefined) query.set("before", String(page.before));
  if (page.after !== undefined) query.set("after", String(page.after));
  if (filter.pair !== "") query.set("pair", filter.pair);
  if (filter.outcome !== "") query.set("outcome", filter.outcome);
  if (filter.text !== "") query.set("q", filter.text);
  return query.toString();
}

export const api = {
  decisions: (filter: DecisionFilter, page: PageOf, signal?: AbortSignal) =>
    get<{ decisions: DecisionRow[] }>(`decisions?${decisionQuery(filter, page)}`, signal),
  decision: (id: string, signal?: AbortSignal) => get<DecisionDetail>(`decisions/${encodeURIComponent(id)}`, signal),
  history: (pair: string, signal?: AbortSignal) => get<PairHistory>(`pairs/${encodeURIComponent(pair)}/history`, signal),
  equity: (signal?: AbortSignal) => get<{ points: EquityPoint[] }>("equity", signal),
  limits: (signal?: AbortSignal) => get<{ limits: LimitView[] }>("limits", signal),
  orders: (signal?: AbortSignal) => get<{ orders: OrderView[] }>("orders?limit=1000", signal),
  fills: (signal?: AbortSignal) => get<{ fills: FillView[] }>("fills?limit=1000", signal),
  model: (signal?: AbortSignal) => get<Record<string, unknown>>("model", signal),
  sparks: (signal?: AbortSignal) => get<{ pairs: Record<string, SparkPoint[]> }>("sparks", signal),
  events: (limit: number, signal?: AbortSignal) => get<{ events: JournalEvent[] }>(`journal/events?limit=${String(limit)}`, signal),
  engineRuns: (signal?: AbortSignal) => get<{ engine_runs: EngineRun[] }>("journal/engine_runs", signal),
  runs: (signal?: AbortSignal) => get<{ folder: string; runs: RunSummary[] }>("runs", signal),
  run: (name: string, signal?: AbortSignal) => get<RunReport>(`runs/${name}`, signal),
  verify: (signal?: AbortSignal) => get<{ verified: boolean; records: number; problem: string }>("journal/verify", signal),
};
