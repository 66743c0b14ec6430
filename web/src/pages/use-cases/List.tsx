/** Every use case: whose, what it costs, what nobody has answered. Searched, sorted and paged by the server. */
import { Button, Pagination } from "@mantine/core";
import { useState, type ReactElement } from "react";
import { Link } from "wouter";

import { useUseCases } from "../../api/useCases";
import type { UseCaseRow, UseCasesReport } from "../../api/types";
import { count, counted } from "../../format/count";
import { compactMoney, exactMoney } from "../../format/money";
import { periodLabel } from "../../format/period";
import { Card } from "../../parts/Card";
import { Command } from "../../parts/Command";
import { DataTable } from "../../parts/DataTable";
import { EvidenceBar } from "../../parts/EvidenceBar";
import { IndirectFigure, MoneyFigure } from "../../parts/Figure";
import { Icon } from "../../parts/icons";
import { PageSkeleton, ProblemState } from "../../parts/States";
import states from "../../parts/parts.module.css";
import { useView } from "../../state/useView";
import { NewUseCase } from "./NewUseCase";
import { Progress } from "./Progress";
import classes from "./useCases.module.css";
import { useList } from "./useList";

const QUESTIONS = 15;

export default function UseCasesPage(): ReactElement {
  const { view, href } = useView();
  const { list, change } = useList();
  const { data: report, error, refetch, isPlaceholderData } = useUseCases(view, list);
  const [isNew, setNew] = useState(false);
  if (error) return <ProblemState level={1} error={error} onRetry={() => void refetch()} />;
  if (!report) return <PageSkeleton />;
  const isNarrowed = list.q !== "" || list.open !== null || list.owner !== null;
  const address = (row: UseCaseRow) => href({ explain: null }, `/use-cases/${encodeURIComponent(row.id)}`);
  return (
    <div className={classes.page} aria-busy={isPlaceholderData}>
      <section className={classes.listHead} aria-labelledby="use-cases">
        <div>
          <h1 id="use-cases">Use cases</h1>
          <p className={classes.dimmed}>Each has a card of fifteen questions: whose it is, what it costs, what keeps it in bounds. What nobody has answered is counted.</p>
        </div>
        <Button size="xs" onClick={() => setNew(true)}>Register a use case</Button>
        <Totals report={report} onOwner={() => change({ owner: list.owner === "" ? null : "" })} isUnowned={list.owner === ""} />
      </section>
      {report.notes.length > 0 || Object.keys(view.where).length > 0 ? (
        <ul className={classes.notes}>
          {report.notes.map((note) => <li key={note}><Icon name="info" size={14} /> {note}</li>)}
          {Object.keys(view.where).length > 0 ? <li><Icon name="info" size={14} /> The map's filters do not narrow this page; search it instead.</li> : null}
        </ul>
      ) : null}
      <Card
        title={counted(report.total, "use case")}
        note={`${report.basis} cost, ${periodLabel(report.period.label)}, ${report.currency}`}
        aside={
          <div className={classes.narrow}>
            <label className={classes.search}>
              <span>Search</span>
              <input type="search" value={list.q} placeholder="name, owner, department" onChange={(event) => change({ q: event.currentTarget.value })} />
            </label>
            <label className={classes.search}>
              <span>Open question</span>
              <select value={list.open ?? ""} onChange={(event) => change({ open: event.currentTarget.value || null })}>
                <option value="">any</option>
                {report.by_question.map((each) => <option key={each.id} value={each.id}>{each.question} ({count(each.use_cases)})</option>)}
              </select>
            </label>
          </div>
        }
      >
        {report.total === 0 && isNarrowed ? (
          <section className={states.state} role="status">
            <h3>No use case matches</h3>
            <Button size="xs" variant="default" onClick={() => change({ q: "", open: null, owner: null })}>Clear the search</Button>
          </section>
        ) : report.total === 0 ? (
          <section className={states.state}>
            <h3>No use case is registered yet</h3>
            <p>A use case is what AI is used for: the thing people fund, own and judge. Register one here, or many from a file.</p>
            <Command text="spendmap register apply use_cases.yaml" />
          </section>
        ) : (
          <DataTable
            caption="Use cases"
            rows={report.items}
            rowKey={(row) => row.id}
            sort={list.sort}
            onSort={(sort) => change({ sort })}
            columns={[
              { id: "name", header: "Use case", sortBy: "name", isHeader: true, wrap: true, cell: (row) => <Link href={address(row)} className={classes.name}>{row.name}</Link> },
              {
                id: "direct", header: "Direct", sortBy: "direct", isNumber: true,
                cell: (row) => row.direct === null && row.missing_rows === 0 ? <span className={classes.dimmed}>none seen</span>
                  : <MoneyFigure column name={`Direct cost of ${row.name}`} amount={row.direct} currency={report.currency} explains={{ figure: "total", where: { use_case: [row.id] } }} />,
              },
              { id: "indirect", header: "Indirect", sortBy: "indirect", isNumber: true, cell: (row) => <IndirectFigure column name={`Indirect cost of ${row.name}`} amount={row.indirect} currency={report.currency} useCase={row.id} /> },
              { id: "evidence", header: "Evidence", cell: (row) => <span className={classes.evidence}><EvidenceBar mix={row.by_evidence} total={row.direct} currency={report.currency} /></span> },
              { id: "owner", header: "Owner", sortBy: "owner", cell: (row) => row.owner ?? <span className={classes.open}>{row.is_registered ? "nobody" : "not registered"}</span> },
              { id: "department", header: "Department", sortBy: "department", cell: (row) => row.department_label ?? "" },
              { id: "unanswered", header: "Open questions", sortBy: "unanswered", isNumber: true, cell: (row) => <Progress open={row.unanswered} all={QUESTIONS} /> },
              { id: "findings", header: "Findings", sortBy: "open_findings", isNumber: true, cell: (row) => count(row.open_findings) },
            ]}
          />
        )}
        {report.total > report.size ? (
          <div className={classes.pager}>
            <Pagination
              size="sm" value={report.page} total={Math.ceil(report.total / report.size)} onChange={(page) => change({ page })}
              getItemProps={(page) => ({ "aria-label": `Page ${page}` })}
              getControlProps={(control) => ({ "aria-label": control === "previous" ? "Page before" : control === "next" ? "Next page" : control })}
            />
          </div>
        ) : null}
      </Card>
      <NewUseCase opened={isNew} onClose={() => setNew(false)} />
    </div>
  );
}

function Totals({ report, isUnowned, onOwner }: { report: UseCasesReport; isUnowned: boolean; onOwner: () => void }): ReactElement {
  return (
    <dl className={classes.totals}>
      <div>
        <dt>Direct cost</dt>
        {report.direct === null ? <dd className={classes.dimmed}>unknown</dd> : <dd title={exactMoney(report.direct, report.currency)}>{compactMoney(report.direct, report.currency)}</dd>}
      </div>
      <div>
        <dt>Open questions</dt>
        <dd>{count(report.unanswered)}</dd>
      </div>
      <div>
        <dt>Without owner</dt>
        <dd><button type="button" className={classes.totalButton} aria-pressed={isUnowned} onClick={onOwner} title="Show only these">{count(report.without_owner)}</button></dd>
      </div>
    </dl>
  );
}
