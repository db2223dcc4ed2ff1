import { setReadToken } from "@/api/client";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { Input, Label } from "@/components/ui/field";
import { lockedAtom, tokenAtom } from "@/state/atoms";
import { useQueryClient } from "@tanstack/react-query";
import { useSetAtom } from "jotai";
import { useState } from "react";

/** Where the engine listens beyond this machine, even looking needs the token. */
export function TokenGate() {
  const [text, setText] = useState("");
  const setToken = useSetAtom(tokenAtom);
  const setLocked = useSetAtom(lockedAtom);
  const queries = useQueryClient();
  return (
    <Card className="mx-auto mt-10 max-w-md">
      <h1 className="mb-1 text-lg font-semibold">This engine asks who you are</h1>
      <p className="mb-3 text-sm text-muted">It listens beyond its own machine, so reading needs the operator token. The token stays in this page’s memory.</p>
      <form
        className="space-y-3"
        onSubmit={(e) => {
          e.preventDefault();
          setReadToken(text.trim());
          setToken(text.trim());
          setLocked(false);
          void queries.invalidateQueries();
        }}
      >
        <div>
          <Label htmlFor="gate">Operator token (data/operator.token on the server)</Label>
          <Input id="gate" type="password" autoComplete="off" required value={text} onChange={(e) => { setText(e.target.value); }} />
        </div>
        <Button type="submit" variant="primary">
          Open
        </Button>
      </form>
    </Card>
  );
}
