/** One question of the card: what is answered, how well it is known, since when, who answers for it; and the way to answer. */
import { useState, type ReactElement, type ReactNode } from "react";

import type { CardQuestion, Edited } from "../../api/types";
import { count } from "../../format/count";
import { decimalText, parseDecimal, rescale } from "../../format/decimal";
import { exactMoney } from "../../format/money";
import { percent } from "../../format/share";
import { EVIDENCE_WORDS, gradeName } from "../../parts/EvidenceBar";
import { Icon } from "../../parts/icons";
import { Prose } from "../../parts/Prose";
import { HATCHED } from "../../theme/palette";
import { EditForm } from "./EditForm";
import classes from "./useCases.module.css";

type Props = { id: string; question: CardQuestion; version: number; isEditable: boolean; onSaved: (question: CardQuestion, edited: Edited) => void; children?: ReactNode };

export function Question({ id, question, version, isEditable, onSaved, children }: Props): ReactElement {
  const [isOpen, setOpen] = useState(false);
  const done = (edited: Edited | null) => {
    setOpen(false);
    if (edited) onSaved(question, edited);
  };
  const isUnanswered = question.how === "unanswered";
  return (
    <li className={classes.question} data-open={isUnanswered || undefined} id={question.id}>
      <span className={classes.number} aria-hidden="true">{question.number}</span>
      <div className={classes.questionBody}>
        <h3>{question.question}</h3>
        {isOpen ? (
          <EditForm id={id} question={question} version={version} onDone={done} />
        ) : (
          <>
            {isUnanswered ? (
              <p className={classes.unanswered}><Icon name="alert" size={14} /> <strong>Unanswered.</strong> <span><Prose text={question.next_step ?? ""} /></span></p>
            ) : question.answer ? <Answered question={question} /> : null}
            {question.runs ? (
              <p className={classes.measured}>
                Measured: {question.runs.cost_per_accepted ? <><strong>{exactMoney(decimalText(rescale(parseDecimal(question.runs.cost_per_accepted), 4), 2), question.runs.currency)}</strong> direct cost per accepted run; </> : null}
                {percent(question.runs.accepted_share)} of {count(Math.round(Number(question.runs.attempts)))} runs accepted
              </p>
            ) : null}
            {children}
            <footer className={classes.meta}>
              {question.evidence ? <EvidenceBadge grade={question.evidence} /> : null}
              {question.date ? <span title={question.how === "computed" ? "Worked out on" : "Holds from, or recorded on"}><time dateTime={question.date}>{question.date}</time></span> : null}
              <span>{question.owner ? <>{isUnanswered ? "to ask" : "answers for it"}: {question.owner}</> : <span className={classes.open}>nobody answers for it</span>}</span>
              {question.fields[0]?.evidence_note ? <span title="How it is known">“{question.fields[0].evidence_note}”</span> : null}
              {isEditable ? (
                <button type="button" className={classes.edit} onClick={() => setOpen(true)} aria-label={`${isUnanswered ? "Answer" : "Edit"}: ${question.question}`}>{isUnanswered ? "Answer" : "Edit"}</button>
              ) : null}
            </footer>
          </>
        )}
      </div>
    </li>
  );
}

function Answered({ question }: { question: CardQuestion }): ReactElement {
  if (question.controls.length === 0) return <p className={classes.answer}>{question.answer}</p>;
  const said = question.fields[0]?.value;
  return (
    <>
      {said ? <p className={classes.answer}>{said}</p> : null}
      <ul className={classes.controls}>
        {question.controls.map((control) => (
          <li key={`${control.subject_id}:${control.kind}`} data-missing={control.is_missing || undefined}>
            <Icon name={control.is_missing ? "close" : "check"} size={14} /> <span>{control.text}{control.is_missing ? <span className={classes.open}> (missing)</span> : null}</span>
          </li>
        ))}
      </ul>
    </>
  );
}

export function EvidenceBadge({ grade }: { grade: string }): ReactElement {
  return (
    <span className={classes.badge} title={EVIDENCE_WORDS[grade]}>
      <span className={classes.swatch} data-hatched={HATCHED.has(grade) || undefined} style={{ background: `var(--evidence-${grade || "unknown"})` }} aria-hidden="true" />
      {gradeName(grade)}
    </span>
  );
}
