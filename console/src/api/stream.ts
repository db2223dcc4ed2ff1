// The live stream: one websocket, a snapshot and then ordered updates. Reconnects by itself with
// growing, jittered pauses and resumes after the last sequence number it has seen.

import { getReadToken } from "./client";
import type { StreamMessage } from "./types";

export type LinkState = "connecting" | "live" | "lost";

export interface StreamEvents {
  onMessage: (message: StreamMessage) => void;
  onLink: (state: LinkState) => void;
  /** The engine wants the operator's token before it tells anything. */
  onLocked?: () => void;
}

interface SocketLike {
  onopen: ((event: unknown) => void) | null;
  onclose: ((event: unknown) => void) | null;
  onmessage: ((event: { data: unknown }) => void) | null;
  send(text: string): void;
  close(): void;
}

export interface StreamDeps {
  open: (url: string) => SocketLike;
  later: (action: () => void, ms: number) => number;
  cancel: (timer: number) => void;
  random: () => number;
  /** Sent with the first word where reads need it. */
  token: () => string;
}

const browserDeps: StreamDeps = {
  open: (url) => new WebSocket(url) as unknown as SocketLike,
  later: (action, ms) => window.setTimeout(action, ms),
  cancel: (timer) => {
    window.clearTimeout(timer);
  },
  random: Math.random,
  token: getReadToken,
};

const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 2000;

export function parseMessage(data: unknown): StreamMessage | null {
  if (typeof data !== "string") return null;
  try {
    const message: unknown = JSON.parse(data);
    if (typeof message !== "object" || message === null) return null;
    if (!("seq" in message) || typeof message.seq !== "number" || !("kind" in message)) return null;
    return message as StreamMessage;
  } catch {
    return null;
  }
}

function closeReason(event: unknown): string {
  return typeof event === "object" && event !== null && "reason" in event ? String(event.reason) : "";
}

/** Opens the stream; the returned function ends it for good. */
export function openStream(url: string, events: StreamEvents, deps: StreamDeps = browserDeps): () => void {
  let ended = false;
  let pause = FIRST_PAUSE_MS;
  let lastSeq = 0;
  let timer: number | undefined;
  let socket: SocketLike | undefined;

  const connect = () => {
    events.onLink("connecting");
    const current = deps.open(url);
    socket = current;
    current.onopen = () => {
      const token = deps.token();
      current.send(JSON.stringify(token === "" ? { since: lastSeq } : { since: lastSeq, token }));
    };
    current.onmessage = (event) => {
      const message = parseMessage(event.data);
      if (message === null || ended) return;
      // A restarted engine counts from the beginning: its snapshot sets the sequence anew.
      if (message.kind !== "snapshot" && message.seq <= lastSeq) return;
      lastSeq = message.seq;
      pause = FIRST_PAUSE_MS;
      events.onLink("live");
      events.onMessage(message);
    };
    current.onclose = (event) => {
      if (ended) return;
      if (closeReason(event).includes("operator token")) events.onLocked?.();
      events.onLink("lost");
      timer = deps.later(connect, pause * (0.5 + deps.random()));
      pause = Math.min(pause * 2, LONGEST_PAUSE_MS);
    };
  };

  connect();
  return () => {
    ended = true;
    if (timer !== undefined) deps.cancel(timer);
    socket?.close();
  };
}
