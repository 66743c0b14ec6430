/** Decide an overlap: keep all with a reason and an end, give it to somebody, close it, or open it again. */
import { Button } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useId, useState, type FormEvent, type ReactElement } from "react";

import { ApiProblem, decide } from "../../api/client";
import { TELL_FINDINGS } from "../../api/queries";
import type { DecisionAsked } from "../../api/types";
import type { OverlapDecision } from "../../api/types";
import { Sheet } from "../../parts/Sheet";
import classes from "./vendors.module.css";

type Verb = DecisionAsked["verb"];
const VERBS: { verb: Verb; label: string; about: string }[] = [
  { verb: "accept", label: "Keep them all", about: "Needs a reason and the day the question returns." },
  { verb: "assign", label: "Give it to somebody", about: "Who decides, and by when." },
  { verb: "done", label: "Consolidated", about: "It comes back when a later review still sees it." },
  { verb: "reopen", label: "Reopen", about: "The decision no longer holds." },
];

export function Decide({ subject, decision, onClose }: { subject: string; decision: OverlapDecision; onClose: () => void }): ReactElement {
  const queries = useQueryClient();
  const [verb, setVerb] = useState<Verb>("accept");
  const [reason, setReason] = useState("");
  const [until, setUntil] = useState("");
  const [owner, setOwner] = useState(decision.owner ?? "");
  const [problem, setProblem] = useState<ApiProblem | null>(null);
  const [isSaving, setSaving] = useState(false);
  const ids = { reason: useId(), until: useId(), owner: useId() };
  const name = `Decide: ${subject}`;

  const save = async (event: FormEvent) => {
    event.preventDefault();
    setSaving(true);
    setProblem(null);
    try {
      await decide(decision.finding, { version: decision.version, verb, reason: reason.trim() || null, until: until || null, owner: verb === "assign" ? owner.trim() || null : null });
      await Promise.all(TELL_FINDINGS.map((key) => queries.invalidateQueries({ queryKey: [key] })));
      onClose();
    } catch (error) {
      setProblem(error instanceof ApiProblem ? error : new ApiProblem({ type: "about:blank", title: "Not recorded", status: 0, detail: String(error), next_step: "Try again." }));
    } finally {
      setSaving(false);
    }
  };
  const hasDay = verb === "accept" || verb === "assign";
  return (
    <Sheet opened name={name} closes="Close without deciding" position="right" size="min(460px, 100vw)" onClose={onClose}>
      <form className={classes.form} onSubmit={(event) => void save(event)}>
        <p>{decision.title}. Who decided, when, why and until is kept for ever.</p>
        <fieldset className={classes.verbs}>
          <legend>Decision</legend>
          {VERBS.filter((each) => each.verb !== "reopen" || decision.state !== "open").map((each) => (
            <label key={each.verb}>
              <input type="radio" name="verb" value={each.verb} checked={verb === each.verb} onChange={() => setVerb(each.verb)} />
              <span><strong>{each.label}</strong><br /><span className={classes.small}>{each.about}</span></span>
            </label>
          ))}
        </fieldset>
        {verb === "assign" ? (
          <p className={classes.field}><label htmlFor={ids.owner}>To whom</label><input id={ids.owner} value={owner} required onChange={(event) => setOwner(event.target.value)} /></p>
        ) : null}
        <p className={classes.field}>
          <label htmlFor={ids.reason}>{verb === "accept" ? "Why each is kept" : "Why"}</label>
          <textarea id={ids.reason} rows={3} value={reason} required={verb === "accept"} onChange={(event) => setReason(event.target.value)} />
        </p>
        {hasDay ? (
          <p className={classes.field}>
            <label htmlFor={ids.until}>{verb === "accept" ? "Until (the question returns on this day)" : "Due"}</label>
            <input id={ids.until} type="date" value={until} required={verb === "accept"} onChange={(event) => setUntil(event.target.value)} />
          </p>
        ) : null}
        {problem ? <p role="alert" className={classes.problem}>{problem.message} {problem.problem.next_step}</p> : null}
        <div className={classes.buttons}>
          <Button type="submit" size="xs" loading={isSaving}>Record the decision</Button>
          <Button type="button" size="xs" variant="default" onClick={onClose}>Cancel</Button>
        </div>
      </form>
    </Sheet>
  );
}
