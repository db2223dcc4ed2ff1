import { apiUrl, setReadToken, whenLocked } from "@/api/client";
import { openStream } from "@/api/stream";
import { applyMessageAtom, linkAtom, lockedAtom, nowAtom, statusAtom, tokenAtom } from "@/state/atoms";
import { useQueryClient } from "@tanstack/react-query";
import { useAtomValue, useSetAtom } from "jotai";
import { useEffect } from "react";

const CLOCK_MS = 500;

/** Keeps the stream open and the clock that shows staleness running. */
export function useLive(): void {
  const apply = useSetAtom(applyMessageAtom);
  const setLink = useSetAtom(linkAtom);
  const setNow = useSetAtom(nowAtom);
  const setLocked = useSetAtom(lockedAtom);
  const token = useAtomValue(tokenAtom);
  useEffect(() => {
    setReadToken(token);
  }, [token]);
  useEffect(() => {
    const lock = () => {
      setLocked(true);
    };
    whenLocked(lock);
    const url = apiUrl("stream").replace(/^http/, "ws");
    const end = openStream(url, { onMessage: apply, onLink: setLink, onLocked: lock });
    const clock = window.setInterval(() => {
      setNow(Date.now());
    }, CLOCK_MS);
    return () => {
      end();
      window.clearInterval(clock);
    };
  }, [apply, setLink, setLocked, setNow]);
}

/** A restarted engine has another journal position, other pairs, another model: ask everything anew. */
export function useFreshAfterRestart(): void {
  const queries = useQueryClient();
  const run = useAtomValue(statusAtom)?.run_id;
  useEffect(() => {
    if (run !== undefined) void queries.invalidateQueries();
  }, [run, queries]);
}
