import { describe, expect, test } from "bun:test";
import { openStream, parseMessage, type LinkState, type StreamDeps } from "./stream";
import type { StreamMessage } from "./types";

class FakeSocket {
  onopen: ((event: unknown) => void) | null = null;
  onclose: ((event: unknown) => void) | null = null;
  onmessage: ((event: { data: unknown }) => void) | null = null;
  sent: string[] = [];
  closed = false;
  send(text: string) {
    this.sent.push(text);
  }
  close() {
    this.closed = true;
  }
  tell(message: object) {
    this.onmessage?.({ data: JSON.stringify(message) });
  }
}

function setUp() {
  const sockets: FakeSocket[] = [];
  const pauses: number[] = [];
  let pending: (() => void) | undefined;
  const deps: StreamDeps = {
    open: () => {
      const socket = new FakeSocket();
      sockets.push(socket);
      return socket;
    },
    later: (action, ms) => {
      pauses.push(ms);
      pending = action;
      return 1;
    },
    cancel: () => {
      pending = undefined;
    },
    random: () => 0.5,
    token: () => "",
  };
  const seen: StreamMessage[] = [];
  const links: LinkState[] = [];
  let locks = 0;
  const end = openStream("ws://x", { onMessage: (m) => seen.push(m), onLink: (l) => links.push(l), onLocked: () => { locks += 1; } }, deps);
  const socket = (index: number) => {
    const found = sockets[index];
    if (found === undefined) throw new Error(`socket ${String(index)} was not opened`);
    return found;
  };
  return { socket, sockets, pauses, seen, links, end, fire: () => pending?.(), locked: () => locks };
}

describe("the live stream", () => {
  test("asks for what follows the last sequence number after a reconnect", () => {
    const s = setUp();
    s.socket(0).onopen?.({});
    s.socket(0).tell({ seq: 7, kind: "snapshot", status: {} });
    s.socket(0).onclose?.({});
    s.fire();
    s.socket(1).onopen?.({});
    expect(s.socket(0).sent).toEqual(['{"since":0}']);
    expect(s.socket(1).sent).toEqual(['{"since":7}']);
    expect(s.links).toEqual(["connecting", "live", "lost", "connecting"]);
  });

  test("drops what it has seen, and believes a restarted engine's snapshot", () => {
    const s = setUp();
    s.socket(0).tell({ seq: 5, kind: "snapshot", status: {} });
    s.socket(0).tell({ seq: 5, kind: "decision", decision: {} });
    s.socket(0).tell({ seq: 6, kind: "decision", decision: {} });
    s.socket(0).tell({ seq: 1, kind: "snapshot", status: {} });
    s.socket(0).tell({ seq: 2, kind: "decision", decision: {} });
    expect(s.seen.map((m) => m.seq)).toEqual([5, 6, 1, 2]);
  });

  test("tells when the engine wants the token first", () => {
    const s = setUp();
    s.socket(0).onclose?.({ reason: "" });
    expect(s.locked()).toBe(0);
    s.fire();
    s.socket(1).onclose?.({ reason: "the stream needs the operator token" });
    expect(s.locked()).toBe(1);
  });

  test("waits longer each time, up to a bound, and starts over once live", () => {
    const s = setUp();
    for (let i = 0; i < 6; i += 1) {
      s.socket(i).onclose?.({});
      s.fire();
    }
    expect(s.pauses).toEqual([250, 500, 1000, 2000, 2000, 2000]);
    s.socket(6).tell({ seq: 1, kind: "snapshot", status: {} });
    s.socket(6).onclose?.({});
    expect(s.pauses.at(-1)).toBe(250);
  });

  test("ends for good", () => {
    const s = setUp();
    s.end();
    expect(s.socket(0).closed).toBe(true);
    s.socket(0).onclose?.({});
    expect(s.sockets.length).toBe(1);
  });

  test("ignores what is no message", () => {
    expect(parseMessage("{")).toBeNull();
    expect(parseMessage(5)).toBeNull();
    expect(parseMessage('{"kind":"status"}')).toBeNull();
    expect(parseMessage("null")).toBeNull();
  });
});
