import { useSyncExternalStore } from "react";

function subscribe(onChange: () => void): () => void {
  window.addEventListener("hashchange", onChange);
  return () => {
    window.removeEventListener("hashchange", onChange);
  };
}

/** The page in the address; "#/" when there is none. */
export function useHash(): string {
  return useSyncExternalStore(subscribe, () => (window.location.hash === "" ? "#/" : window.location.hash));
}
