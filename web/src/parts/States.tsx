/** What a page shows when it has no figures: a problem with its next step, an empty workspace, a filter without match. */
import { Button, Skeleton } from "@mantine/core";
import type { ReactElement } from "react";
import { Link } from "wouter";

import { ApiProblem } from "../api/client";
import { Command } from "./Command";
import { Icon } from "./icons";
import classes from "./parts.module.css";

/** Commands inside a sentence stand between back ticks, in the errors of the command line as here. */
export function commandsIn(text: string): string[] {
  return [...text.matchAll(/`([^`]+)`/g)].map((match) => match[1] ?? "").filter((command) => command.startsWith("spendmap"));
}

/** `level` 1 when the state stands in place of a whole page. */
export function ProblemState({ error, onRetry, level = 2 }: { error: unknown; onRetry?: () => void; level?: 1 | 2 }): ReactElement {
  const Heading = `h${level}` as const;
  const problem = error instanceof ApiProblem ? error.problem : { title: "Something went wrong", detail: String(error), next_step: "Reload the page.", status: 0 };
  return (
    <section className={classes.state} role="alert">
      <span className={classes.stateIcon} data-tone="warn"><Icon name="alert" size={22} /></span>
      <Heading>{problem.status === 400 ? "This question was not understood" : problem.title}</Heading>
      <p>{problem.detail}</p>
      {problem.next_step ? <p className={classes.nextStep}>{problem.next_step}</p> : null}
      {commandsIn(problem.next_step ?? "").map((command) => <Command key={command} text={command} />)}
      {onRetry ? <Button variant="default" size="xs" onClick={onRetry}>Try again</Button> : null}
    </section>
  );
}

export function EmptyWorkspace({ name }: { name: string }): ReactElement {
  return (
    <section className={classes.state}>
      <span className={classes.stateIcon}><Icon name="picture" size={22} /></span>
      <h1>Nothing is captured in {name || "this workspace"} yet</h1>
      <p>
        The map needs at least one file of usage or cost: a provider's usage export, a FOCUS cost file, a card or accounts-payable ledger. Then it shows what is spent on AI, where,
        and how well each figure is known.
      </p>
      <h2>Capture a file and draw the map</h2>
      <Command text="spendmap capture --file costs.csv --as focus" />
      <Command text="spendmap run" />
      <h2>Or begin with what is declared</h2>
      <p>An inventory of use cases and tools is enough for <Link href="/use-cases">Use cases</Link>, <Link href="/vendors">Vendors</Link> and <Link href="/findings">Findings</Link>; the money is unknown until a bill is captured.</p>
      <Command text="spendmap register import inventory.csv --mapping mapping.yaml" />
      <Command text="spendmap review" />
      <h2>Or look around in a sample company</h2>
      <Command text="spendmap demo" />
    </section>
  );
}

type NoMatchProps = { conditions: { dimension: string; label: string; onClear: () => void }[]; period: string; notes: readonly string[]; onClearAll: () => void; level?: 1 | 2 };

export function NoMatch({ conditions, period, notes, onClearAll, level = 2 }: NoMatchProps): ReactElement {
  const Heading = `h${level}` as const;
  return (
    <section className={classes.state} role="status">
      <span className={classes.stateIcon}><Icon name="filter" size={22} /></span>
      <Heading>Nothing matches in {period}</Heading>
      {notes.map((note) => <p key={note}>{note}</p>)}
      {conditions.length > 0 ? (
        <>
          <ul className={classes.conditions}>
            {conditions.map(({ dimension, label, onClear }) => (
              <li key={`${dimension}:${label}`}>
                <span>{dimension} is <strong>{label}</strong></span>
                <Button size="compact-xs" variant="default" onClick={onClear}>Clear</Button>
              </li>
            ))}
          </ul>
          {conditions.length > 1 ? <Button size="xs" variant="default" onClick={onClearAll}>Clear all filters</Button> : null}
        </>
      ) : (
        <p>No money of scope AI is captured for this period. Choose another period above.</p>
      )}
    </section>
  );
}

export function PageSkeleton(): ReactElement {
  return (
    <div aria-busy="true" aria-label="Loading" role="status" className={classes.skeleton}>
      <Skeleton height={132} radius={8} />
      <Skeleton height={420} radius={8} />
      <Skeleton height={260} radius={8} />
    </div>
  );
}
