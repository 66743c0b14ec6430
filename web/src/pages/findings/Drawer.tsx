/** One finding beside the list: its story, its evidence, the next step, and the decision. Its address is its own. */
import type { ReactElement } from "react";

import { ApiProblem } from "../../api/client";
import { useFinding } from "../../api/queries";
import type { Finding } from "../../api/types";
import { capital } from "../../format/words";
import { Command } from "../../parts/Command";
import { Sheet } from "../../parts/Sheet";
import { ProblemState, commandsIn } from "../../parts/States";
import { DecideForm } from "./DecideForm";
import classes from "./findings.module.css";
import { Stake } from "./Stake";
import { dayLabel } from "./words";

export function FindingDrawer({ id, hasFigures, onClose }: { id: string; hasFigures: boolean; onClose: () => void }): ReactElement {
  const { data: finding, error, refetch } = useFinding(id);
  const isGone = error instanceof ApiProblem && error.problem.status === 404;
  return (
    <Sheet opened name={finding ? finding.title : "Finding"} title={<h2 className={classes.drawerTitle}>{finding ? finding.title : isGone ? "No such finding" : "Finding"}</h2>} closes="Close the finding" position="right" size="min(640px, 100vw)" onClose={onClose}>
      {finding ? <Body key={finding.id} row={finding} hasFigures={hasFigures} /> : isGone ? <p className={classes.dimmed}>No finding of the newest review is called {id}. It may have been settled since this link was made.</p> : error ? <ProblemState error={error} onRetry={() => void refetch()} /> : <p className={classes.dimmed} role="status">Reading the finding</p>}
    </Sheet>
  );
}

function Body({ row, hasFigures }: { row: Finding; hasFigures: boolean }): ReactElement {
  return (
    <div className={classes.drawer}>
      <p>{row.detail}</p>
      <dl className={classes.facts}>
        <Fact name="At stake"><Stake row={row} hasFigures={hasFigures} />{row.basis ? <span className={classes.dimmed}> {row.basis}, {row.period}</span> : null}</Fact>
        <Fact name="Who decides">{row.owner ?? "nobody to ask"}</Fact>
        <Fact name="Due"><span className={classes.due} data-late={row.is_overdue || undefined}>{dayLabel(row.due)}{row.is_overdue ? " (late)" : ""}</span></Fact>
        <Fact name="State">{capital(row.state)}{row.until && row.state === "accepted" ? ` until ${dayLabel(row.until)}` : ""}{row.decided_by ? ` by ${row.decided_by}` : ""}</Fact>
        {row.reason ? <Fact name="Reason">{row.reason}</Fact> : null}
        {row.returned ? <Fact name="Returned">It {row.returned}.</Fact> : null}
        <Fact name="First seen">{dayLabel(row.first_seen)}</Fact>
        <Fact name="About">{row.subject.name} <span className={classes.dimmed}>{row.subject.type.replaceAll("_", " ")}</span></Fact>
      </dl>
      <section>
        <h3>Next step</h3>
        <p>{row.next_step}</p>
        {commandsIn(row.next_step).map((command) => <Command key={command} text={command} />)}
      </section>
      {Object.keys(row.evidence).length ? (
        <section>
          <h3>Evidence</h3>
          <dl className={classes.facts}>{Object.entries(row.evidence).map(([name, value]) => <Fact key={name} name={name.replaceAll("_", " ")}>{value}</Fact>)}</dl>
        </section>
      ) : null}
      <DecideForm row={row} />
      <section>
        <h3>In the terminal</h3>
        <Command text={`spendmap decide ${row.id.includes(" ") ? `"${row.id}"` : row.id} assign --owner NAME`} />
        <p className={classes.dimmed}>Rule {row.code}. Its story is in the guide to findings.</p>
      </section>
    </div>
  );
}

function Fact({ name, children }: { name: string; children: React.ReactNode }): ReactElement {
  return <div><dt>{name}</dt><dd>{children}</dd></div>;
}
