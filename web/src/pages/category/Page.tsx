/** One category: what drives it, how it moved, how well it is known. */
import { SegmentedControl } from "@mantine/core";
import { useCallback, type ReactElement } from "react";
import { Link } from "wouter";

import { useCategory } from "../../api/queries";
import type { CategoryReport, Mover, Workspace } from "../../api/types";
import { Chart, type Pick } from "../../charts/Chart";
import { monthsOption, shadesOf } from "../../charts/options/months";
import { ratio, sign } from "../../format/decimal";
import { compactMoney, exactMoney, signedMoney } from "../../format/money";
import { monthLabel, periodLabel } from "../../format/period";
import { change, percent } from "../../format/share";
import { Card } from "../../parts/Card";
import { DataTable } from "../../parts/DataTable";
import { Delta } from "../../parts/Delta";
import { Dot } from "../../parts/Dot";
import { EvidenceBar, EvidenceLegend } from "../../parts/EvidenceBar";
import { Figure, MoneyFigure, MoneyText } from "../../parts/Figure";
import { Icon } from "../../parts/icons";
import { NoMatch, PageSkeleton, ProblemState } from "../../parts/States";
import { TableToggle } from "../../parts/TableToggle";
import { dimensionWords, valueLabel } from "../../shell/dimensions";
import { explained, figures } from "../../state/figures";
import { useView } from "../../state/useView";
import { GROUPS, withoutValue, type MoverGroup } from "../../state/view";
import type { Scheme } from "../../theme/palette";
import classes from "./category.module.css";

export function CategoryPage({ id, workspace }: { id: string; workspace: Workspace }): ReactElement {
  const { view, update } = useView();
  const { data: report, error, refetch, isPlaceholderData } = useCategory(id, view);
  if (error) return <ProblemState level={1} error={error} onRetry={() => void refetch()} />;
  if (!report) return <PageSkeleton />;
  const conditions = Object.entries(view.where).flatMap(([dimension, values]) =>
    values.map((value) => ({ dimension: dimensionWords(dimension), label: valueLabel(workspace, dimension, value), onClear: () => update({ where: withoutValue(view.where, dimension, value) }) })),
  );
  return (
    <div className={classes.page} aria-busy={isPlaceholderData}>
      <Head report={report} />
      {report.movers.length === 0 ? (
        <NoMatch period={`${periodLabel(report.period.label)} for ${report.category.label}`} conditions={conditions} notes={[]} onClearAll={() => update({ where: {} })} />
      ) : (
        <>
          <MonthsCard report={report} />
          <Movers report={report} />
        </>
      )}
    </div>
  );
}

function Head({ report }: { report: CategoryReport }): ReactElement {
  const { href } = useView();
  const { category, currency } = report;
  const versus = report.compare ? periodLabel(report.compare.label) : "";
  return (
    <section className={classes.head} aria-labelledby="category">
      <nav aria-label="Back" className={classes.crumbs}><Link href={href({ explain: null }, "/")}><Icon name="left" size={14} /> Map</Link></nav>
      <div className={classes.headRow}>
        <div>
          <h1 id="category"><Dot category={category.id} isLens={!category.additive} /> {category.label}</h1>
          <p className={classes.about}>{category.about}{category.additive ? "" : " Its money is already counted in other categories and is in no total."}</p>
        </div>
        <div className={classes.amount}>
          <Figure name={`${category.label}, ${periodLabel(report.period.label)}`} explains={figures.category(category.id)} title={exactMoney(report.total, currency)}>{compactMoney(report.total, currency)}</Figure>
          <p>{report.compare ? <><Delta now={report.total} before={report.previous_total} currency={currency} versus={versus} /> <span className={classes.dimmed}>against {versus}</span></> : null}</p>
          <p className={classes.dimmed}>{report.basis} cost, {periodLabel(report.period.label)}</p>
        </div>
      </div>
      <div className={classes.mix}>
        <EvidenceBar mix={report.by_evidence} total={report.total} currency={currency} large />
        <EvidenceLegend mix={report.by_evidence} total={report.total} currency={currency} within={{ category: [category.id] }} />
      </div>
    </section>
  );
}

function MonthsCard({ report }: { report: CategoryReport }): ReactElement {
  const { view, update } = useView();
  const { months, category } = report;
  const selected = months.months.filter((month) => month >= report.period.first && month <= report.period.last);
  const option = useCallback((scheme: Scheme) => monthsOption(months, selected, shadesOf(category.id), scheme), [months, category.id, selected.join()]);
  const pick = ({ name, data }: Pick) => {
    const month = months.months.find((each) => monthLabel(each) === name);
    const key = (data as { key?: string | null } | undefined)?.key;
    if (month && key !== undefined) update({ period: month, explain: explained(figures.row({ category: category.id, [view.group]: key })) });
  };
  return (
    <Card
      title={`${category.label} by month`}
      note={`By ${dimensionWords(view.group).toLowerCase()}; ${report.basis} cost, ${report.currency}, to ${monthLabel(report.period.last)}`}
      aside={<TableToggle isTable={view.asTable} onChange={(asTable) => update({ asTable })} />}
    >
      {view.asTable ? (
        <DataTable
          caption={`${category.label} by month, ${report.currency}`}
          rows={months.series}
          rowKey={(series) => series.key ?? ""}
          columns={[
            { id: "label", header: dimensionWords(view.group), isHeader: true, cell: (series) => series.label },
            ...months.months.map((month, n) => ({
              id: month, header: monthLabel(month), isNumber: true,
              cell: (series: CategoryReport["months"]["series"][number]) => <MoneyText column amount={series.values[n] ?? null} currency={report.currency} />,
            })),
          ]}
        />
      ) : (
        <Chart label={`Stacked bars of ${category.label} by month and ${dimensionWords(view.group)}, ${report.currency}. The same figures stand in the table view.`} option={option} height={300} onPick={pick} />
      )}
    </Card>
  );
}

function Movers({ report }: { report: CategoryReport }): ReactElement {
  const { view, update } = useView();
  const { currency } = report;
  const group = view.group;
  const label = (mover: Mover) => mover.labels[group] ?? mover.keys[group] ?? `no ${dimensionWords(group).toLowerCase()}`;
  return (
    <Card
      title="What moved"
      note={report.compare ? `${periodLabel(report.period.label)} against ${periodLabel(report.compare.label)}` : periodLabel(report.period.label)}
      aside={<SegmentedControl size="xs" aria-label="Group by" value={group} onChange={(value) => update({ group: value as MoverGroup })} data={GROUPS.map((value) => ({ value, label: dimensionWords(value) }))} />}
    >
      <DataTable
        caption={`${report.category.label} by ${dimensionWords(group).toLowerCase()}`}
        rows={report.movers}
        rowKey={(mover) => mover.keys[group] ?? ""}
        columns={[
          { id: "name", header: dimensionWords(group), isHeader: true, cell: label },
          { id: "cost", header: "Cost", isNumber: true, cell: (mover) => <MoneyFigure column name={label(mover)} amount={mover.cost} currency={currency} explains={figures.row({ category: report.category.id, [group]: mover.keys[group] ?? null })} /> },
          { id: "share", header: "Share", isNumber: true, cell: (mover) => mover.cost === null ? "unknown" : percent(ratio(mover.cost, report.total)) },
          { id: "before", header: "Before", isNumber: true, cell: (mover) => (report.compare ? <MoneyText column amount={mover.previous_cost} currency={currency} /> : "") },
          { id: "delta", header: "Change", isNumber: true, cell: (mover) => (mover.delta === null ? "" : <span className={classes.change} data-direction={sign(mover.delta)} title={exactMoney(mover.delta, currency)}>{signedMoney(mover.delta, currency)}</span>) },
          { id: "percent", header: "Change, %", isNumber: true, cell: (mover) => (mover.cost === null || mover.previous_cost === null ? "" : (change(mover.cost, mover.previous_cost) ?? "new")) },
        ]}
      />
    </Card>
  );
}
