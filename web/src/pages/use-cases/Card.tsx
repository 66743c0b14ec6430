/** The question card: fifteen questions on one printable sheet, answered in place. */
import { Button } from "@mantine/core";
import { useEffect, useState, type ReactElement } from "react";
import { Link } from "wouter";

import { ApiProblem } from "../../api/client";
import { useCard, useEdit, useWhatIfs } from "../../api/useCases";
import type { CardQuestion, Edited, UseCaseCard } from "../../api/types";
import { counted } from "../../format/count";
import { compactMoney } from "../../format/money";
import { periodLabel } from "../../format/period";
import { Card } from "../../parts/Card";
import { Icon } from "../../parts/icons";
import { Prose } from "../../parts/Prose";
import { PageSkeleton, ProblemState } from "../../parts/States";
import { useOwn } from "../../state/useOwn";
import { useView } from "../../state/useView";
import { FindingBeside, FindingLink, Standing } from "../findings/Beside";
import { dayLabel } from "../findings/words";
import { Bars, CostSummary } from "./Cost";
import { Progress } from "./Progress";
import { Question } from "./Question";
import { WhatIfTile } from "./WhatIf";
import classes from "./useCases.module.css";

type Saved = { question: CardQuestion; edited: Edited };

export default function CardPage({ id }: { id: string }): ReactElement {
  const { view } = useView();
  const { data: card, error, refetch, isPlaceholderData } = useCard(id, view);
  const whatIfs = useWhatIfs(id, view, card?.questions.some((each) => each.is_pending) ?? false);
  const [saved, setSaved] = useState<Saved | null>(null);
  if (error) return <ProblemState level={1} error={error} onRetry={() => void refetch()} />;
  if (!card) return <PageSkeleton />;
  return (
    <article className={classes.page} aria-busy={isPlaceholderData}>
      <Head card={card} />
      {saved ? <SavedNote id={id} saved={saved} version={card.version} onClose={() => setSaved(null)} /> : null}
      <Card title="The fifteen questions" note={`Figures of ${periodLabel(card.period.label)}, ${card.basis} cost in ${card.currency}; declared answers as of today`} aside={<Button size="xs" variant="default" className={classes.noPrint} onClick={() => window.print()}>Print</Button>}>
        <ol className={classes.sheet}>
          {card.questions.map((question) => (
            <Question key={question.id} id={card.id} question={question} version={card.version} isEditable={card.is_registered} onSaved={(asked, edited) => setSaved({ question: asked, edited })}>
              {question.is_pending ? (
                <WhatIfTile found={whatIfs.data?.what_ifs.find((each) => each.id === question.id)} error={whatIfs.error} currency={card.currency} />
              ) : null}
              {question.money ? ["category", "layer", ...(question.id === "indirect_cost" ? ["pool"] : [])].map((by) => (
                <Bars key={by} money={question.money!} by={by} card={card} isDirect={question.id === "direct_cost"} />
              )) : null}
              {question.id === "model_or_vendor" ? (() => {
                const direct = card.questions.find((each) => each.id === "direct_cost")?.money;
                return direct ? <Bars money={direct} by="model" card={card} isDirect /> : null;
              })() : null}
            </Question>
          ))}
        </ol>
      </Card>
      <Findings card={card} />
      <Notes notes={[...card.notes, ...(whatIfs.data?.notes ?? [])]} />
    </article>
  );
}

function Head({ card }: { card: UseCaseCard }): ReactElement {
  const { href } = useView();
  const facts = [card.owner ? `Owner: ${card.owner}` : "Nobody owns it", card.department_label, card.status].filter(Boolean).join(" · ");
  return (
    <section className={classes.head} aria-labelledby="use-case">
      <nav aria-label="Back" className={classes.crumbs}><Link href={href({ explain: null }, "/use-cases")}><Icon name="left" size={14} /> Use cases</Link></nav>
      <div className={classes.headRow}>
        <div>
          <h1 id="use-case">{card.name}</h1>
          <p className={classes.dimmed}>{facts}</p>
        </div>
        <div className={classes.score}>
          <span className={classes.dimmed}>Open questions</span>
          <Progress open={card.unanswered} all={card.questions.length} />
        </div>
      </div>
      <CostSummary card={card} />
      {card.is_registered ? null : <p className={classes.unanswered}><Icon name="alert" size={14} /> <span>Money carries this name and nobody registered it. Register it to answer its questions: <code>spendmap register apply FILE</code>.</span></p>}
    </section>
  );
}

/** What was just kept, with the way back. It leaves on the next edit or when it is closed. */
function SavedNote({ id, saved, version, onClose }: { id: string; saved: Saved; version: number; onClose: () => void }): ReactElement {
  const undo = useEdit(id);
  const [isUndone, setUndone] = useState(false);
  useEffect(() => setUndone(false), [saved]);
  const back = () => undo.mutate({ fields: saved.edited.before, version }, { onSuccess: () => setUndone(true) });
  return (
    <div className={classes.saved} role="status">
      <Icon name="check" size={16} />
      <span>
        {isUndone ? "Undone: " : saved.edited.changed.length ? "Saved: " : "Nothing changed: "}{saved.question.question} {isUndone ? "" : <>Recorded by {saved.edited.recorded_by}. <Prose text={saved.edited.next_step} /></>}
        {undo.error ? <span className={classes.wrong}> {undo.error instanceof ApiProblem ? undo.error.problem.detail : undo.error.message}</span> : null}
      </span>
      {isUndone || saved.edited.changed.length === 0 ? null : <Button size="compact-xs" variant="default" onClick={back} loading={undo.isPending}>Undo</Button>}
      <Button size="compact-xs" variant="subtle" onClick={onClose}>Close</Button>
    </div>
  );
}

/** What the review found about it, decided here as on the page Findings: by the same form, into the same log. */
function Findings({ card }: { card: UseCaseCard }): ReactElement {
  const own = useOwn();
  const waiting = card.findings.filter(({ state }) => state === "open" || state === "assigned").length;
  const title = card.findings.length === 0 ? "No finding" : `${counted(card.findings.length, "finding")}${waiting === card.findings.length ? "" : `, ${waiting === 0 ? "none" : waiting} to do`}`;
  return (
    <Card title={title} note="On the use case, its agents, suites, queues and data">
      {card.findings.length === 0 ? <p className={classes.dimmed}>The newest review saw nothing wrong here. <code>spendmap review</code> looks again.</p> : (
        <ul className={classes.findings} aria-label="Findings">
          {card.findings.map((each) => (
            <li key={each.id}>
              <div className={classes.findingHead}>
                <FindingLink row={each} />
                <span className={classes.tag}>{each.kind}</span>
                <Standing row={each} />
                <Link className={classes.edit} href={own.hrefWith({ finding: each.id })} aria-haspopup="dialog" aria-label={`${each.state === "open" ? "Decide" : "Change"}: ${each.title}`}>{each.state === "open" ? "Decide" : "Change"}</Link>
              </div>
              <p className={classes.dimmed}>
                {each.money_at_stake !== null && each.currency !== null ? `${compactMoney(each.money_at_stake, each.currency)} at stake; ` : ""}{each.owner ?? "nobody to ask"}{each.state === "open" || each.state === "assigned" ? `; due ${dayLabel(each.due)}${each.is_overdue ? " (late)" : ""}` : ""}. {each.next_step ? <Prose text={each.next_step} /> : null}
              </p>
            </li>
          ))}
        </ul>
      )}
      <FindingBeside />
    </Card>
  );
}

function Notes({ notes }: { notes: readonly string[] }): ReactElement | null {
  return notes.length === 0 ? null : <ul className={classes.notes}>{notes.map((note) => <li key={note}><Icon name="info" size={14} /> {note}</li>)}</ul>;
}
