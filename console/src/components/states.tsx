// Empty and error states that say what to do next.

import { ApiError } from "@/api/client";
import { Button } from "@/components/ui/button";
import type { ReactNode } from "react";

export function Empty({ children }: { children: ReactNode }) {
  return <p className="py-6 text-center text-sm text-muted">{children}</p>;
}

export function Failed({ error, retry }: { error: unknown; retry: () => void }) {
  const told = error instanceof ApiError ? `${error.message} (${String(error.status)})` : "The engine does not answer.";
  return (
    <div role="alert" className="py-6 text-center text-sm">
      <p className="mb-2 text-danger">{told}</p>
      <Button onClick={retry}>Try again</Button>
    </div>
  );
}

export function Loading() {
  return (
    <p role="status" className="py-6 text-center text-sm text-muted">
      Loading…
    </p>
  );
}
