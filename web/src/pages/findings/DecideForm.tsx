/** The decision: accept until a day with a reason, assign to somebody, done, or reopen. What is missing is said before it is sent. */
import { Button, TextInput, Textarea } from "@mantine/core";
import { useState, type FormEvent, type ReactElement } from "react";

import { ApiProblem } from "../../api/client";
import { useDecide } from "../../api/queries";
import type { Finding, Verb } from "../../api/types";
import classes from "./findings.module.css";

const WORDS: Record<Verb, { label: string; about: string; button: string }> = {
  assign: { label: "Assign", about: "Somebody looks into it.", button: "Assign it" },
  accept: { label: "Accept", about: "It stays as it is until a day, and then returns.", button: "Accept it" },
  done: { label: "Done", about: "It is mended. A later review that sees it again brings it back.", button: "Mark it done" },
  reopen: { label: "Reopen", about: "What was decided no longer holds.", button: "Reopen it" },
};

export type Draft = { verb: Verb; reason: string; until: string; owner: string };

/** What a decision still lacks, by field. */
export function lacks(draft: Draft, today: string): Partial<Record<"reason" | "until" | "owner", string>> {
  const { verb, reason, until, owner } = draft;
  return {
    ...(verb === "accept" && !reason.trim() ? { reason: "Say why: it is asked again when the day comes." } : {}),
    ...(verb === "accept" && !until ? { until: "Name the day it returns." } : {}),
    ...((verb === "accept" || verb === "assign") && until && until <= today ? { until: "Name a later day." } : {}),
    ...(verb === "assign" && !owner.trim() ? { owner: "Name who looks into it." } : {}),
  };
}

export function DecideForm({ row }: { row: Finding }): ReactElement {
  const verbs: Verb[] = row.state === "open" ? ["assign", "accept", "done"] : ["assign", "accept", "done", "reopen"];
  const [draft, setDraft] = useState<Draft>({ verb: "assign", reason: "", until: "", owner: row.owner ?? "" });
  const [isTried, setTried] = useState(false);
  const decide = useDecide(row.id);
  const missing = lacks(draft, new Date().toISOString().slice(0, 10));
  const change = (patch: Partial<Draft>) => setDraft({ ...draft, ...patch });
  const send = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (Object.keys(missing).length) return;
    const { verb, reason, until, owner } = draft;
    decide.mutate({ version: row.version, verb, reason: reason.trim() || null, until: verb === "accept" || verb === "assign" ? until || null : null, owner: verb === "assign" ? owner.trim() : null }, { onSuccess: () => { setTried(false); change({ reason: "", until: "" }); } });
  };
  const problem = decide.error instanceof ApiProblem ? decide.error.problem : null;
  return (
    <form className={classes.form} onSubmit={send} aria-label="Decide" noValidate>
      <h3>Decide</h3>
      <fieldset className={classes.verbs}>
        <legend className={classes.hidden}>Decision</legend>
        {verbs.map((verb) => (
          <label key={verb} className={classes.verb}>
            <input type="radio" name="verb" value={verb} checked={draft.verb === verb} onChange={() => change({ verb })} />
            <span>{WORDS[verb].label}</span>
          </label>
        ))}
      </fieldset>
      <p className={classes.dimmed}>{WORDS[draft.verb].about}</p>
      {draft.verb === "assign" ? <TextInput size="xs" label="To whom" value={draft.owner} error={isTried ? missing.owner : undefined} onChange={(event) => change({ owner: event.currentTarget.value })} /> : null}
      <Textarea size="xs" label={draft.verb === "accept" ? "Reason" : "Reason (optional)"} rows={2} maxLength={2000} value={draft.reason} error={isTried ? missing.reason : undefined} onChange={(event) => change({ reason: event.currentTarget.value })} />
      {draft.verb === "accept" || draft.verb === "assign" ? <TextInput size="xs" type="date" label={draft.verb === "accept" ? "Until" : "Due (optional)"} value={draft.until} error={isTried ? missing.until : undefined} onChange={(event) => change({ until: event.currentTarget.value })} /> : null}
      <div className={classes.send}>
        <Button type="submit" size="xs" loading={decide.isPending}>{WORDS[draft.verb].button}</Button>
        <span role="status" className={classes.dimmed}>{decide.isSuccess ? `Recorded: ${decide.data.state}${decide.data.decided_by ? ` by ${decide.data.decided_by}` : ""}.` : ""}</span>
      </div>
      {decide.error ? <p role="alert" className={classes.problem}>{problem ? `${problem.detail} ${problem.next_step ?? ""}` : String(decide.error)}</p> : null}
    </form>
  );
}
