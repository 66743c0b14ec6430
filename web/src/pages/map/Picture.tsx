/** Three pictures of the same money: where it goes, how it moved, how it flows; each also as a table. */
import { SegmentedControl } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { useCallback, type ReactElement } from "react";
import { useLocation } from "wouter";

import { useFlow, useMonths } from "../../api/queries";
import type { Flow, Months, SpendMapReport } from "../../api/types";
import { Chart, type Pick } from "../../charts/Chart";
import { categoryOf, flowOption } from "../../charts/options/flow";
import { byCategory, monthsOption } from "../../charts/options/months";
import { treemapOption } from "../../charts/options/treemap";
import { ratio } from "../../format/decimal";
import { monthLabel, periodLabel } from "../../format/period";
import { percent } from "../../format/share";
import { Card } from "../../parts/Card";
import { DataTable } from "../../parts/DataTable";
import { MoneyFigure, MoneyText } from "../../parts/Figure";
import { ProblemState } from "../../parts/States";
import { TableToggle } from "../../parts/TableToggle";
import { explained, figures } from "../../state/figures";
import { useView } from "../../state/useView";
import type { Picture as PictureName } from "../../state/view";
import type { Scheme } from "../../theme/palette";
import { Dot } from "../../parts/Dot";
import classes from "./map.module.css";

const TITLES: Record<PictureName, string> = { treemap: "Where the money goes", months: "How it moved", flow: "Who is paid, for what, and who carries it" };

export function Picture({ report }: { report: SpendMapReport }): ReactElement {
  const { view, update } = useView();
  const { picture, asTable } = view;
  const months = useMonths(view, picture === "months");
  const flow = useFlow(view, picture === "flow");
  const period = periodLabel(report.period.label);
  const spans = picture === "months" ? `to ${monthLabel(report.period.last)}` : period;
  const error = picture === "months" ? months.error : picture === "flow" ? flow.error : null;
  return (
    <Card
      title={TITLES[picture]}
      note={`${picture === "treemap" ? "Category and vendor, hatched where mostly estimated or declared" : picture === "months" ? "Category by month" : "Vendor, category, department"}; ${report.basis} cost, ${report.currency}, ${spans}`}
      aside={
        <>
          <SegmentedControl
            size="xs"
            aria-label="Picture"
            value={picture}
            onChange={(value) => update({ picture: value as PictureName })}
            data={[{ value: "treemap", label: "Treemap" }, { value: "months", label: "Months" }, { value: "flow", label: "Flow" }]}
          />
          <TableToggle isTable={asTable} onChange={(next) => update({ asTable: next })} />
        </>
      }
    >
      {error ? (
        <ProblemState error={error} />
      ) : picture === "treemap" ? (
        asTable ? <TreemapTable report={report} /> : <Treemap report={report} period={period} />
      ) : picture === "months" ? (
        months.data ? asTable ? <MonthsTable months={months.data} /> : <MonthsChart months={months.data} report={report} /> : <div className={classes.waiting} />
      ) : flow.data ? (
        asTable ? <FlowTable flow={flow.data} currency={report.currency} /> : <FlowChart flow={flow.data} report={report} period={period} />
      ) : (
        <div className={classes.waiting} />
      )}
    </Card>
  );
}

export function Treemap({ report, period }: { report: SpendMapReport; period: string }): ReactElement {
  const { update, href } = useView();
  const [, navigate] = useLocation();
  const isPhone = useMediaQuery("screen and (max-width: 52em)", false, { getInitialValueInEffect: false });
  const height = isPhone ? 460 : 420;
  const option = useCallback((scheme: Scheme, width: number) => treemapOption(report.rows, report.total, report.currency, scheme, width * height), [report, height]);
  const pick = ({ data }: Pick) => {
    const keys = (data as { keys?: Record<string, string | null> } | undefined)?.keys;
    if (!keys) return;
    if (keys.vendor === undefined) navigate(href({ explain: null }, `/categories/${keys.category ?? ""}`));
    else update({ explain: explained(figures.row(keys)) });
  };
  return <Chart label={`Treemap of AI spend by category and vendor, ${report.currency}, ${period}. The same figures stand in the table view.`} option={option} height={height} onPick={pick} />;
}

function TreemapTable({ report }: { report: SpendMapReport }): ReactElement {
  const { currency } = report;
  return (
    <DataTable
      caption={`AI spend by category and vendor, ${currency}`}
      rows={report.rows}
      rowKey={(row) => `${row.keys.category}/${row.keys.vendor}`}
      columns={[
        { id: "category", header: "Category", isHeader: true, cell: (row) => <span className={classes.cellName}><Dot category={row.keys.category ?? null} />{row.labels.category}</span> },
        { id: "vendor", header: "Vendor", cell: (row) => row.labels.vendor },
        { id: "cost", header: "Cost", isNumber: true, cell: (row) => <MoneyFigure column name={`${row.labels.category}, ${row.labels.vendor}`} amount={row.cost} currency={currency} explains={figures.row(row.keys)} /> },
        { id: "share", header: "Share", isNumber: true, cell: (row) => row.cost === null ? "unknown" : percent(ratio(row.cost, report.total)) },
        { id: "before", header: report.compare ? periodLabel(report.compare.label) : "Before", isNumber: true, cell: (row) => (report.compare ? <MoneyText column amount={row.previous_cost} currency={currency} /> : "") },
        { id: "unpriced", header: "Unpriced rows", isNumber: true, cell: (row) => (row.unpriced_rows ? row.unpriced_rows.toLocaleString("en-US") : "") },
      ]}
    />
  );
}

function MonthsChart({ months, report }: { months: Months; report: SpendMapReport }): ReactElement {
  const { update, view } = useView();
  const selected = months.months.filter((month) => month >= report.period.first && month <= report.period.last);
  const option = useCallback((scheme: Scheme) => monthsOption(months, selected, byCategory, scheme), [months, selected.join()]);
  const pick = ({ name, data }: Pick) => {
    const key = (data as { key?: string } | undefined)?.key;
    const month = months.months.find((each) => monthLabel(each) === name);
    if (month && key !== undefined) update({ explain: explained({ figure: "category", where: { ...view.where, category: [key ?? ""], month: [month] } }), period: month });
  };
  return <Chart label={`Stacked bars of AI spend by category for ${months.months.length} months, ${months.currency}. The same figures stand in the table view.`} option={option} height={420} onPick={pick} />;
}

function MonthsTable({ months }: { months: Months }): ReactElement {
  return (
    <DataTable
      caption={`AI spend by category and month, ${months.currency}`}
      rows={months.series}
      rowKey={(series) => series.key ?? ""}
      columns={[
        { id: "label", header: "Category", isHeader: true, cell: (series) => <span className={classes.cellName}><Dot category={series.key} />{series.label}</span> },
        ...months.months.map((month, n) => ({
          id: month, header: monthLabel(month), isNumber: true,
          cell: (series: Months["series"][number]) => { const value = series.values[n] ?? null; return value === null ? <span className={classes.dimmed}>no figure</span> : <MoneyText column amount={value} currency={months.currency} />; },
        })),
      ]}
    />
  );
}

function FlowChart({ flow, report, period }: { flow: Flow; report: SpendMapReport; period: string }): ReactElement {
  const { href } = useView();
  const [, navigate] = useLocation();
  const isPhone = useMediaQuery("screen and (max-width: 52em)", false, { getInitialValueInEffect: false }) === true;
  const option = useCallback((scheme: Scheme) => flowOption(flow, report.currency, scheme, isPhone), [flow, report.currency, isPhone]);
  const pick = ({ name, dataType }: Pick) => {
    const category = dataType === "node" ? categoryOf(name) : null;
    if (category) navigate(href({ explain: null }, `/categories/${category}`));
  };
  return <Chart label={`Flow of AI spend from vendor through category to department, ${report.currency}, ${period}. The same figures stand in the table view.`} option={option} height={520} onPick={pick} />;
}

function FlowTable({ flow, currency }: { flow: Flow; currency: string }): ReactElement {
  const label = new Map(flow.nodes.map((node) => [node.id, node.label]));
  return (
    <DataTable
      caption={`Flows of AI spend, ${currency}`}
      rows={flow.links}
      rowKey={(link) => `${link.source}>${link.target}`}
      columns={[
        { id: "from", header: "From", isHeader: true, cell: (link) => label.get(link.source) ?? link.source },
        { id: "to", header: "To", cell: (link) => label.get(link.target) ?? link.target },
        { id: "cost", header: "Cost", isNumber: true, cell: (link) => <MoneyText column amount={link.cost} currency={currency} /> },
      ]}
    />
  );
}

