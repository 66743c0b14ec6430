/** Vendors and overlap: do we pay twice for the same thing, and on purpose? */
import { SegmentedControl } from "@mantine/core";
import type { ReactElement } from "react";

import { useVendors } from "../../api/queries";
import type { VendorsReport, Workspace } from "../../api/types";
import { count } from "../../format/count";
import { compactMoney, exactMoney } from "../../format/money";
import { periodLabel } from "../../format/period";
import { Card } from "../../parts/Card";
import { Command } from "../../parts/Command";
import { Figure } from "../../parts/Figure";
import { NoMatch, PageSkeleton, ProblemState } from "../../parts/States";
import { dimensionWords, valueLabel } from "../../shell/dimensions";
import { figures } from "../../state/figures";
import { useView } from "../../state/useView";
import { withoutValue } from "../../state/view";
import { Departments } from "./Departments";
import { List } from "./List";
import { Matrix } from "./Matrix";
import { useVendorsView } from "./useVendorsView";
import classes from "./vendors.module.css";

export default function VendorsPage({ workspace }: { workspace: Workspace }): ReactElement {
  const { view, update } = useView();
  const { state, set } = useVendorsView();
  const { data: report, error, refetch, isPlaceholderData } = useVendors(state, view);
  if (error) return <ProblemState level={1} error={error} onRetry={() => void refetch()} />;
  if (!report) return <PageSkeleton />;
  const conditions = Object.entries(view.where).flatMap(([dimension, values]) =>
    values.map((value) => ({ dimension: dimensionWords(dimension), label: valueLabel(workspace, dimension, value), onClear: () => update({ where: withoutValue(view.where, dimension, value) }) })),
  );
  const isNothing = report.tools + report.unregistered === 0 && report.vendors.total === 0 && state.q === "";
  return (
    <div className={classes.page} aria-busy={isPlaceholderData}>
      <Head report={report} />
      {isNothing ? (
        conditions.length > 0 ? <NoMatch period={periodLabel(report.period.label)} conditions={conditions} notes={[]} onClearAll={() => update({ where: {} })} /> : <Nothing />
      ) : (
        <>
          <Card
            title="Who does the same thing"
            note={`Tools that state a capability${report.unstated ? `; ${count(report.unstated)} of ${count(report.tools)} state none` : ""}. Money of a tool stands under its first capability only.`}
            busy={isPlaceholderData}
            aside={<SegmentedControl size="xs" aria-label="Rows of the matrix" value={state.by} onChange={(by) => set({ by: by as "capability" | "department", open: null })} data={[{ value: "capability", label: "By capability" }, { value: "department", label: "By department" }]} />}
          >
            {report.tools + report.unregistered === 0 ? (
              <div className={classes.empty}><p>No tool is registered, so nothing can be compared. Declare tools with their capability, or import an inventory.</p><Command text="spendmap register import inventory.csv --mapping mapping.yaml" /></div>
            ) : report.by === "department" ? <Departments report={report} /> : <Matrix report={report} />}
          </Card>
          <List report={report} busy={isPlaceholderData} />
        </>
      )}
    </div>
  );
}

function Head({ report }: { report: VendorsReport }): ReactElement {
  const facts: { label: string; value: ReactElement | string }[] = [
    { label: "capabilities with several vendors", value: count(report.overlaps) },
    { label: "of them undecided", value: count(report.undecided) },
    { label: "registered tools", value: count(report.tools) },
    ...(report.unregistered ? [{ label: "vendors of employee tools that nobody registered", value: count(report.unregistered) }] : []),
  ];
  if (report.overlap_cost !== null)
    facts.push({
      label: "on overlapping employee tools, also counted in other categories",
      value: <Figure name={`Overlap, ${periodLabel(report.period.label)}`} explains={figures.category("overlap")} title={exactMoney(report.overlap_cost, report.currency)}>{compactMoney(report.overlap_cost, report.currency)}</Figure>,
    });
  return (
    <section className={classes.head} aria-labelledby="vendors">
      <h1 id="vendors">Vendors and overlap</h1>
      <p className={classes.about}>{report.has_money ? `${periodLabel(report.period.label)}, ${report.basis} cost in ${report.currency}. ` : `No AI money is captured for ${periodLabel(report.period.label)}; registered products are counted. `}Register as of {report.as_of}.</p>
      <dl className={classes.facts}>
        {facts.map((fact) => <div key={fact.label}><dt>{fact.label}</dt><dd>{fact.value}</dd></div>)}
      </dl>
    </section>
  );
}

function Nothing(): ReactElement {
  return (
    <section className={classes.empty}>
      <h2>No vendor is known yet</h2>
      <p>Vendors come from captured money and from the register. Bring in an inventory of tools, or capture a file of cost.</p>
      <Command text="spendmap register import inventory.csv --mapping mapping.yaml" />
      <Command text="spendmap capture --file costs.csv --as focus" />
    </section>
  );
}
