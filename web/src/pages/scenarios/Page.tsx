/** What if: a period's rows replayed under other inputs, beside what they cost. All of it is in the address. */
import { useDebouncedCallback } from "@mantine/hooks";
import { useEffect, useState, type ReactElement } from "react";

import { useScenario } from "../../api/queries";
import type { Workspace } from "../../api/types";
import { ApiProblem } from "../../api/client";
import { periodLabel } from "../../format/period";
import { PageSkeleton, ProblemState } from "../../parts/States";
import { useOwn } from "../../state/useOwn";
import { useView } from "../../state/useView";
import { readChanges, writeChanges, type Changes } from "./changes";
import { Controls } from "./Controls";
import { Outcome } from "./Outcome";
import classes from "./scenarios.module.css";

const PAUSE = 400; // milliseconds of rest before a moved slider asks the server

export function ScenariosPage({ workspace }: { workspace: Workspace }): ReactElement {
  const { view } = useView();
  const own = useOwn();
  const texts = own.all("set");
  const written = texts.join("&");
  const [draft, setDraft] = useState<Changes>(() => readChanges(texts));
  const { data: report, error, refetch, isPlaceholderData, isFetching } = useScenario(texts, view);
  const send = useDebouncedCallback((next: Changes) => own.set({ set: writeChanges(next) }, { replace: true }), PAUSE);
  // The address is the state: back, forward and a pasted link move the sliders.
  useEffect(() => {
    setDraft((held) => (writeChanges(held).join("&") === written ? held : readChanges(texts)));
  }, [written]);
  const change = (next: Changes) => {
    setDraft(next);
    send(next);
  };
  const period = periodLabel(report?.period.label ?? view.period ?? workspace.default_period ?? "");
  return (
    <div className={classes.page}>
      <header className={classes.head}>
        <h1>Scenarios</h1>
        <p className={classes.dimmed}>The rows of {period} replayed through the price book, tiers, contracts and seats, with what you change here. Nothing is written.</p>
      </header>
      <div className={classes.columns}>
        <Controls workspace={workspace} changes={draft} onChange={change} onReset={() => change(readChanges([]))} />
        <div className={classes.outcome} aria-busy={isFetching} data-stale={isPlaceholderData || undefined}>
          <p role="status" className={classes.status}>{isFetching ? "Replaying the rows…" : ""}</p>
          {error ? (
            error instanceof ApiProblem && error.problem.status === 400 ? <Refused error={error} /> : <ProblemState error={error} onRetry={() => void refetch()} />
          ) : report ? (
            <Outcome report={report} />
          ) : (
            <PageSkeleton />
          )}
        </div>
      </div>
    </div>
  );
}

/** What the replay cannot do is text beside the controls, with the words it knows: a model nobody used, one without a price. */
function Refused({ error }: { error: ApiProblem }): ReactElement {
  return (
    <section className={classes.refused} role="alert">
      <h2>This cannot be replayed</h2>
      <p>{error.problem.detail}</p>
      {error.problem.next_step ? <p className={classes.dimmed}>{error.problem.next_step}</p> : null}
    </section>
  );
}
