import { apiUrl } from "@/api/client";
import { openStream } from "@/api/stream";
import { applyMessageAtom, linkAtom, nowAtom } from "@/state/atoms";
import { useSetAtom } from "jotai";
import { useEffect } from "react";

const CLOCK_MS = 500;

/** Keeps the stream open and the clock that shows staleness running. */
export function useLive(): void {
  const apply = useSetAtom(applyMessageAtom);
  const setLink = useSetAtom(linkAtom);
  const setNow = useSetAtom(nowAtom);
  useEffect(() => {
    const url = apiUrl("stream").replace(/^http/, "ws");
    const end = openStream(url, { onMessage: apply, onLink: setLink });
    const clock = window.setInterval(() => {
      setNow(Date.now());
    }, CLOCK_MS);
    return () => {
      end();
      window.clearInterval(clock);
    };
  }, [apply, setLink, setNow]);
}
