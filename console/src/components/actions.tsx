// Kill, resume, pause: each asks for the token and a reason, and lands in the journal.

import { ApiError, post } from "@/api/client";
import { Button, type ButtonLook } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { Input, Label } from "@/components/ui/field";
import { tokenAtom } from "@/state/atoms";
import { useMutation } from "@tanstack/react-query";
import { useAtom } from "jotai";
import { useId, useState, type SubmitEvent } from "react";

export interface Action {
  title: string;
  description: string;
  path: string;
  body: Record<string, unknown>;
  button: string;
  danger: boolean;
}

export const killFlatten: Action = {
  title: "Kill: cancel and close everything",
  description: "All orders are cancelled, all positions closed at market, and nothing new is opened until the latch is released.",
  path: "kill",
  body: { flatten: true },
  button: "Kill and flatten",
  danger: true,
};
export const killFreeze: Action = {
  title: "Kill: freeze",
  description: "All entries are cancelled. Positions stay, protected by their stops. Nothing new is opened until the latch is released.",
  path: "kill",
  body: { flatten: false },
  button: "Kill and freeze",
  danger: true,
};
export const release: Action = {
  title: "Release the latch",
  description: "The engine may open new risk again, within its limits. The reason goes on record.",
  path: "resume",
  body: {},
  button: "Release",
  danger: false,
};
export function killPair(pair: string): Action {
  return {
    title: `Kill ${pair}: cancel and close it`,
    description: "The pair’s entries are cancelled and its position is closed at market. It stays shut until it is resumed with a reason; the other pairs trade on.",
    path: `pairs/${pair}/kill`,
    body: { flatten: true },
    button: "Kill the pair",
    danger: true,
  };
}
export function pausePair(pair: string, paused: boolean): Action {
  return {
    title: `${paused ? "Resume" : "Pause"} ${pair}`,
    description: paused ? "The pair may take new risk again." : "The pair takes no new risk; its position keeps its stop.",
    path: `pairs/${pair}/${paused ? "resume" : "pause"}`,
    body: {},
    button: paused ? "Resume" : "Pause",
    danger: false,
  };
}

export function ActionButton({ action, label, look, className }: { action: Action; label?: string; look?: ButtonLook; className?: string }) {
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button
        variant={look ?? (action.danger ? "danger" : "outline")}
        className={className ?? ""}
        onClick={() => {
          setOpen(true);
        }}
      >
        {label ?? action.button}
      </Button>
      <Dialog open={open} onOpenChange={setOpen} title={action.title} description={action.description}>
        <ActionForm
          action={action}
          done={() => {
            setOpen(false);
          }}
        />
      </Dialog>
    </>
  );
}

function errorText(error: unknown): string {
  if (error instanceof ApiError && error.status === 401) return "The token was refused. It stands in data/operator.token on the server.";
  return error instanceof ApiError ? error.message : "The engine does not answer; use `regimeguard kill` on the server.";
}

function ActionForm({ action, done }: { action: Action; done: () => void }) {
  const id = useId();
  const [token, setToken] = useAtom(tokenAtom);
  const [reason, setReason] = useState("");
  const send = useMutation({
    mutationFn: () => post(action.path, token, { ...action.body, reason }),
    onSuccess: done,
  });
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    send.mutate();
  };
  return (
    <form onSubmit={submit} className="space-y-3">
      <div>
        <Label htmlFor={`${id}-token`}>Operator token (in data/operator.token on the server)</Label>
        <Input
          id={`${id}-token`}
          name="token"
          type="password"
          autoComplete="off"
          required
          value={token}
          onChange={(e) => {
            setToken(e.target.value.trim());
          }}
        />
      </div>
      <div>
        <Label htmlFor={`${id}-reason`}>Reason</Label>
        <Input
          id={`${id}-reason`}
          name="reason"
          required
          maxLength={500}
          value={reason}
          onChange={(e) => {
            setReason(e.target.value);
          }}
        />
      </div>
      {send.isError && (
        <p role="alert" className="text-sm text-danger">
          {errorText(send.error)}
        </p>
      )}
      <div className="flex justify-end gap-2">
        <Button onClick={done}>Back</Button>
        <Button type="submit" variant={action.danger ? "kill" : "primary"} disabled={send.isPending}>
          {action.button}
        </Button>
      </div>
    </form>
  );
}
