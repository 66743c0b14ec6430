/** Register a use case. One that looks like another says so and asks once more. */
import { Button } from "@mantine/core";
import { useState, type FormEvent, type ReactElement } from "react";
import { Link, useLocation } from "wouter";

import { ApiProblem, type FieldError } from "../../api/client";
import { useDeclare } from "../../api/useCases";
import { Sheet } from "../../parts/Sheet";
import { useView } from "../../state/useView";
import classes from "./useCases.module.css";

const FIELDS = [
  { name: "name", label: "Name", hint: "as people call it" },
  { name: "owner", label: "Owner", hint: "a person or a role" },
  { name: "problem", label: "Problem it solves", hint: "in a sentence" },
] as const;

export function NewUseCase({ opened, onClose }: { opened: boolean; onClose: () => void }): ReactElement {
  return (
    <Sheet name="Register a use case" closes="Close the form" opened={opened} onClose={onClose} position="right" size="420px">
      {opened ? <Form onClose={onClose} /> : null}
    </Sheet>
  );
}

function Form({ onClose }: { onClose: () => void }): ReactElement {
  const { href } = useView();
  const [, navigate] = useLocation();
  const [said, setSaid] = useState<Record<string, string>>({});
  const declare = useDeclare();
  const problem = declare.error instanceof ApiProblem ? declare.error : null;
  const alike: FieldError[] = problem?.problem.status === 409 ? problem.fields.filter((each) => each.theirs) : [];
  const send = (confirm: boolean) => {
    const fields = Object.fromEntries(FIELDS.map(({ name }) => [name, said[name]?.trim() || null]));
    declare.mutate({ fields, confirm }, { onSuccess: (made) => { onClose(); navigate(href({ explain: null }, `/use-cases/${encodeURIComponent(made.id)}`)); } });
  };
  const submit = (event: FormEvent) => { event.preventDefault(); send(false); };
  return (
    <form className={classes.form} onSubmit={submit} noValidate>
      {FIELDS.map(({ name, label, hint }) => {
        const wrong = alike.length ? undefined : problem?.fields.find((each) => each.field === name);
        return (
          <label key={name} className={classes.input}>
            <span>{label} <small>{hint}</small></span>
            <input value={said[name] ?? ""} aria-invalid={wrong ? true : undefined} aria-describedby={wrong ? `new-${name}` : undefined} onChange={(event) => { setSaid({ ...said, [name]: event.currentTarget.value }); declare.reset(); }} />
            {wrong ? <small id={`new-${name}`} role="alert" className={classes.wrong}>{wrong.message}</small> : null}
          </label>
        );
      })}
      {alike.length ? (
        <div role="alert" className={classes.conflict}>
          <p>It looks like one that exists already:</p>
          <ul>{alike.map((each) => <li key={each.theirs}><Link href={href({ explain: null }, `/use-cases/${encodeURIComponent(each.theirs ?? "")}`)}>{each.message.replace(/^looks like /, "")}</Link></li>)}</ul>
          <Button size="xs" variant="default" onClick={() => send(true)} loading={declare.isPending}>It is another one: register it</Button>
        </div>
      ) : problem && problem.fields.length === 0 ? <p role="alert" className={classes.wrong}>{problem.problem.detail} {problem.problem.next_step}</p> : null}
      <div className={classes.formActions}>
        <Button size="xs" type="submit" loading={declare.isPending}>Register</Button>
        <Button size="xs" variant="default" onClick={onClose}>Cancel</Button>
      </div>
      <p className={classes.dimmed}>It is in the register at once. Money follows when ledger rows are tied to it with keys.</p>
    </form>
  );
}
