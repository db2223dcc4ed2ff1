// Requests to the engine. Reads need nothing on this machine; changes carry the operator's token,
// which lives in memory only: never in storage, never in a URL.

import type {
  DecisionDetail,
  DecisionView,
  EquityPoint,
  FillView,
  LimitView,
  OrderView,
  PairHistory,
} from "./types";

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

export async function get<T>(path: string, signal?: AbortSignal): Promise<T> {
  const response = await fetch(apiUrl(path), {
    headers: { Accept: "application/json" },
    ...(signal ? { signal } : {}),
  });
  if (!response.ok) {
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

export function decisionQuery(filter: DecisionFilter, limit: number): string {
  const query = new URLSearchParams({ limit: String(limit) });
  if (filter.pair !== "") query.set("pair", filter.pair);
  if (filter.outcome !== "") query.set("outcome", filter.outcome);
  if (filter.text !== "") query.set("q", filter.text);
  return query.toString();
}

export const api = {
  decisions: (filter: DecisionFilter, signal?: AbortSignal) =>
    get<{ decisions: (DecisionView & { sentence: string })[] }>(`decisions?${decisionQuery(filter, 200)}`, signal),
  decision: (id: string, signal?: AbortSignal) => get<DecisionDetail>(`decisions/${encodeURIComponent(id)}`, signal),
  history: (pair: string, signal?: AbortSignal) => get<PairHistory>(`pairs/${encodeURIComponent(pair)}/history`, signal),
  equity: (signal?: AbortSignal) => get<{ points: EquityPoint[] }>("equity", signal),
  limits: (signal?: AbortSignal) => get<{ limits: LimitView[] }>("limits", signal),
  orders: (signal?: AbortSignal) => get<{ orders: OrderView[] }>("orders?limit=200", signal),
  fills: (signal?: AbortSignal) => get<{ fills: FillView[] }>("fills?limit=200", signal),
  model: (signal?: AbortSignal) => get<Record<string, unknown>>("model", signal),
  verify: (signal?: AbortSignal) => get<{ verified: boolean; records: number; problem: string }>("journal/verify", signal),
};
