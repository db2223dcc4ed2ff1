import { localTime, utcTime } from "@/lib/format";
import { utcAtom } from "@/state/atoms";
import { useAtomValue } from "jotai";

/** How this person wants times: UTC or local. */
export function useTime(): (ms: number) => string {
  return useAtomValue(utcAtom) ? utcTime : localTime;
}
