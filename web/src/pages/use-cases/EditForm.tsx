/** Answer a question in place. What is wrong stands under its field; what somebody else wrote meanwhile is shown, not lost. */
import { Button } from "@mantine/core";
import { useEffect, useRef, useState, type FormEvent, type KeyboardEvent, type ReactElement } from "react";

import { ApiProblem } from "../../api/client";
import { useEdit, type FieldValue } from "../../api/useCases";
import type { CardField, CardQuestion, Edited } from "../../api/types";
import classes from "./useCases.module.css";

type Props = { id: string; question: CardQuestion; version: number; onDone: (edited: Edited | null) => void };

export function EditForm({ id, question, version, onDone }: Props): ReactElement {
  const [said, setSaid] = useState<Record<string, string>>(() => Object.fromEntries(question.fields.map((field) => [field.name, shown(field)])));
  const [evidence, setEvidence] = useState(question.fields[0]?.evidence_note ?? "");
  const [validFrom, setValidFrom] = useState("");
  const edit = useEdit(id);
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => form.current?.querySelector<HTMLElement>("input, select, textarea")?.focus(), []);
  // The button that was pressed cannot keep the focus while it waits; what is wrong is where to go on.
  useEffect(() => { if (edit.error) form.current?.querySelector<HTMLElement>("[aria-invalid='true'], button[type='submit']")?.focus(); }, [edit.error]);
  const problem = edit.error instanceof ApiProblem ? edit.error : null;
  const isConflict = problem?.problem.status === 409;

  const submit = (event: FormEvent) => {
    event.preventDefault();
    const fields: Record<string, FieldValue> = {};
    for (const field of question.fields) {
      const now = said[field.name] ?? "";
      if (now.trim() !== shown(field).trim() || (evidence.trim() !== (field.evidence_note ?? "") && field === question.fields[0])) fields[field.name] = value(field, now);
    }
    if (Object.keys(fields).length === 0) return onDone(null);
    edit.mutate({ fields, version, evidence: evidence.trim() || null, validFrom: validFrom || null }, { onSuccess: onDone });
  };
  const leave = (event: KeyboardEvent) => { if (event.key === "Escape") { event.stopPropagation(); onDone(null); } };
  return (
    <form ref={form} className={classes.form} onSubmit={submit} onKeyDown={leave} noValidate aria-label={`Answer: ${question.question}`}>
      {question.fields.map((field) => {
        const wrong = problem?.fields.find((each) => each.field === field.name);
        const described = wrong ? `wrong-${field.name}` : undefined;
        return (
          <div key={field.name} className={classes.input}>
            <label htmlFor={`field-${field.name}`}>{words(field.name)} <small>{field.about}</small></label>
            <Input field={field} text={said[field.name] ?? ""} describedBy={described} onChange={(text) => setSaid({ ...said, [field.name]: text })} />
            {wrong ? (
              <small id={described} role="alert" className={classes.wrong}>
                {wrong.message}
                {isConflict ? <> It says <q>{wrong.theirs ?? "nothing"}</q> now; you wrote <q>{wrong.yours ?? "nothing"}</q>.</> : null}
              </small>
            ) : null}
          </div>
        );
      })}
      <div className={classes.pair}>
        <label className={classes.input}><span>How it is known <small>note, optional</small></span><input value={evidence} maxLength={2000} onChange={(event) => setEvidence(event.currentTarget.value)} /></label>
        <label className={classes.input}><span>Holds from <small>empty corrects</small></span><input type="date" value={validFrom} onChange={(event) => setValidFrom(event.currentTarget.value)} /></label>
      </div>
      {problem && problem.fields.length === 0 ? <p role="alert" className={classes.wrong}>{problem.problem.detail} {problem.problem.next_step}</p> : null}
      <div className={classes.formActions}>
        <Button size="xs" type="submit" loading={edit.isPending}>Save</Button>
        <Button size="xs" variant="default" onClick={() => onDone(null)}>Cancel</Button>
      </div>
    </form>
  );
}

function Input({ field, text, describedBy, onChange }: { field: CardField; text: string; describedBy: string | undefined; onChange: (text: string) => void }): ReactElement {
  const common = { id: `field-${field.name}`, "aria-invalid": describedBy ? true : undefined, "aria-describedby": describedBy };
  if (field.choices.length > 0 && !field.is_list) {
    return (
      <select {...common} value={text} onChange={(event) => onChange(event.currentTarget.value)}>
        <option value="">not said</option>
        {field.choices.map((each) => <option key={each.id} value={each.id}>{each.label === each.id ? each.id : `${each.label} (${each.id})`}</option>)}
      </select>
    );
  }
  if (field.is_list && field.choices.length > 0) {
    const chosen = new Set(text.split("\n").filter(Boolean));
    const toggle = (id: string, isOn: boolean) => { if (isOn) chosen.add(id); else chosen.delete(id); onChange([...chosen].join("\n")); };
    return (
      <fieldset {...common} className={classes.checks}>
        <legend>{words(field.name)}</legend>
        {field.choices.map((each) => <label key={each.id}><input type="checkbox" checked={chosen.has(each.id)} onChange={(event) => toggle(each.id, event.currentTarget.checked)} /> {each.label}</label>)}
      </fieldset>
    );
  }
  if (field.type === "date") return <input {...common} type="date" value={text} onChange={(event) => onChange(event.currentTarget.value)} />;
  if (field.type === "text" || field.is_list) return <textarea {...common} rows={field.is_list ? 3 : 2} value={text} placeholder={field.is_list ? "one a line" : undefined} onChange={(event) => onChange(event.currentTarget.value)} />;
  return <input {...common} value={text} inputMode={field.type === "share" || field.type === "money" ? "decimal" : undefined} placeholder={field.type === "share" ? "0.6" : undefined} onChange={(event) => onChange(event.currentTarget.value)} />;
}

/** What stands in the field before anything is typed; a list has one item a line. */
function shown(field: CardField): string {
  return field.is_list ? field.values.join("\n") : (field.value ?? "");
}

function value(field: CardField, text: string): FieldValue {
  if (text.trim() === "") return null;
  return field.is_list ? text.split("\n").map((each) => each.trim()).filter(Boolean) : text.trim();
}

function words(name: string): string {
  const said = name.replaceAll("_", " ").replace("cogs", "COGS").replace("cost center", "cost centre");
  return said.charAt(0).toUpperCase() + said.slice(1);
}
