/** Four areas by eight categories: a number and a word in each cell; a cell opens its missing proof. */
import type { ReactElement } from "react";

import { useReadiness } from "../../api/queries";
import type { ReadinessCell, ReadinessReport } from "../../api/types";
import { counted } from "../../format/count";
import { periodLabel } from "../../format/period";
import { Card } from "../../parts/Card";
import { Command } from "../../parts/Command";
import { Dot } from "../../parts/Dot";
import { Icon } from "../../parts/icons";
import { Sheet } from "../../parts/Sheet";
import { PageSkeleton, ProblemState } from "../../parts/States";
import { useParams } from "../../state/useParams";
import { useView } from "../../state/useView";
import classes from "./evidence.module.css";

const LEVELS = [1, 2, 3, 4] as const;

export function Readiness(): ReactElement {
  const { view } = useView();
  const params = useParams(["cell"]);
  const { data: report, error, refetch, isPlaceholderData } = useReadiness(view.period);
  if (error) return <ProblemState error={error} onRetry={() => void refetch()} />;
  if (!report) return <PageSkeleton />;
  if (report.period === null) return <Card title="Nothing is published yet" note="Readiness is scored on published figures, or on the register of a company that has none."><Command text="spendmap run" /></Card>;
  const open = report.cells.find((cell) => `${cell.area}:${cell.category}` === params.get("cell"));
  const period = periodLabel(report.period.label);
  return (
    <>
      <Card title={`Readiness, ${period}`} note="0 to 4 from named tests on the figures and the register; open a cell for what is missing and who can give it." busy={isPlaceholderData}>
        <Matrix report={report} onOpen={(cell) => params.set({ cell: `${cell.area}:${cell.category}` })} />
        <p className={classes.legend}>{report.notes[0]} A dash: no spend was seen. {report.notes.slice(1).join(" ")}</p>
      </Card>
      {open ? <Proof cell={open} report={report} onClose={() => params.set({ cell: null })} /> : null}
    </>
  );
}

function Matrix({ report, onOpen }: { report: ReadinessReport; onOpen: (cell: ReadinessCell) => void }): ReactElement {
  return (
    <div className={classes.frame} tabIndex={0} role="region" aria-label="Readiness, table">
      <table className={classes.matrix}>
        <caption className={classes.hidden}>Readiness by area and category</caption>
        <thead>
          <tr>
            <th scope="col">Area</th>
            {report.categories.map((category) => <th key={category.id} scope="col"><span className={classes.column}><Dot category={category.id} isLens={category.id === "overlap"} />{category.label}</span></th>)}
          </tr>
        </thead>
        <tbody>
          {report.areas.map((area) => (
            <tr key={area.id}>
              <th scope="row"><span>{area.label}</span><span className={classes.question}>{area.question}</span></th>
              {report.categories.map((category) => {
                const cell = report.cells.find((each) => each.area === area.id && each.category === category.id);
                return <td key={category.id}>{cell ? <CellButton cell={cell} name={`${area.label}, ${category.label}`} onOpen={() => onOpen(cell)} /> : "–"}</td>;
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function CellButton({ cell, name, onOpen }: { cell: ReadinessCell; name: string; onOpen: () => void }): ReactElement {
  const score = cell.score ?? null;
  const words = `${name}: ${score === null ? "no score" : `${score} of 4`}, ${cell.words}, ${counted(cell.missing.length, "proof", "proofs")} missing`;
  return (
    <button type="button" className={classes.cell} data-score={score ?? "none"} aria-label={words} aria-haspopup="dialog" onClick={onOpen}>
      <span className={classes.score}>{score ?? "–"}</span>
      <span className={classes.pips} aria-hidden="true">{LEVELS.map((level) => <span key={level} data-on={(score !== null && level <= score) || undefined} />)}</span>
      <span className={classes.words}>{cell.words}</span>
      <span className={classes.gaps}>{cell.missing.length ? `${cell.missing.length} missing` : score === null ? "" : score === 0 ? "not tested without spend" : "nothing missing"}</span>
    </button>
  );
}

function Proof({ cell, report, onClose }: { cell: ReadinessCell; report: ReadinessReport; onClose: () => void }): ReactElement {
  const area = report.areas.find((each) => each.id === cell.area)?.label ?? cell.area;
  const category = report.categories.find((each) => each.id === cell.category)?.label ?? cell.category;
  const next = (cell.score ?? 0) + 1;
  return (
    <Sheet name={`${area}: ${category}`} closes="Close the proof" opened onClose={onClose} size="34rem" position="right" title={<h2>{area}: {category}</h2>}>
      <p className={classes.verdict}><strong>{cell.score === null ? "No score" : `${cell.score} of 4`}</strong> {cell.words}. {cell.score !== null && cell.missing.some((each) => each.level === next) ? `The tests of level ${next} are what holds it back.` : ""}</p>
      {cell.missing.length ? <h3>Missing proof</h3> : null}
      <ul className={classes.proofs}>
        {cell.missing.map((gap) => (
          <li key={`${gap.test}:${gap.what}`}>
            <p className={classes.what}><span className={classes.level}>Level {gap.level}</span> {gap.what}</p>
            <p className={classes.who}><Icon name="alert" size={14} /> {gap.who ? <>Ask <strong>{gap.who}</strong></> : "Nobody is named: name an owner first"}. Claim: {gap.claim.toLowerCase()}.</p>
            {gap.next_step.startsWith("spendmap") ? <Command text={gap.next_step} /> : <p className={classes.next}>{gap.next_step}</p>}
          </li>
        ))}
      </ul>
      {cell.passed.length ? <h3>Proven</h3> : null}
      <ul className={classes.passed}>
        {cell.passed.map((each) => <li key={each.test}><Icon name="check" size={14} /> <span className={classes.level}>Level {each.level}</span> {each.claim}</li>)}
      </ul>
      {!cell.missing.length && !cell.passed.length ? <p>Nothing of this category was captured in the period, and the register declares nothing in it.</p> : null}
    </Sheet>
  );
}
