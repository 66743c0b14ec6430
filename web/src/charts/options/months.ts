/** How the money moved: stacked months, the period in question shaded. A month without figures is a gap. */
import type { EChartsCoreOption } from "echarts/core";

import { add, geometry } from "../../format/decimal";
import { compactMoney, exactMoney } from "../../format/money";
import { monthLabel } from "../../format/period";
import { SURFACE, categoryColour, mix, type Scheme } from "../../theme/palette";
import type { Months } from "../../api/types";
import { FONT, tipLine, tooltip } from "./shared";

type Colour = (key: string | null, rank: number, scheme: Scheme) => string;

/** Category colours for categories; for anything else steps of one category's colour. */
export const byCategory: Colour = (key, _rank, scheme) => categoryColour(key, scheme);

export function shadesOf(category: string): Colour {
  return (_key, rank, scheme) => mix(categoryColour(category, scheme), SURFACE[scheme].card, Math.max(0.3, 1 - rank * 0.12));
}

/** The sum of each month over all series; null where no series has a figure. */
export function monthTotals(report: Months): (string | null)[] {
  return report.months.map((_month, n) => {
    const known = report.series.map((series) => series.values[n] ?? null).filter((value) => value !== null);
    return known.length ? known.reduce((sum, value) => add(sum, value), "0") : null;
  });
}

export function monthsOption(report: Months, selected: readonly string[], colour: Colour, scheme: Scheme): EChartsCoreOption {
  const surface = SURFACE[scheme];
  const { currency } = report;
  const totals = monthTotals(report);
  const labels = report.months.map((month) => monthLabel(month));
  const chosen = report.months.map((month, n) => (selected.includes(month) ? n : -1)).filter((n) => n >= 0);
  const series = report.series.map(({ key, label, values }, rank) => ({
    type: "bar",
    name: label,
    stack: "total",
    key,
    barMaxWidth: 46,
    itemStyle: { color: colour(key, rank, scheme), borderColor: surface.card, borderWidth: 0.5 },
    emphasis: { focus: "series" },
    data: values.map((value) => (value === null ? null : { value: geometry(value), exact: value, key })),
    ...(rank === 0 && chosen.length && chosen.length < report.months.length
      ? { markArea: { silent: true, itemStyle: { color: surface.accent, opacity: 0.08 }, data: [[{ xAxis: labels[chosen[0] ?? 0] }, { xAxis: labels[chosen.at(-1) ?? 0] }]] } }
      : {}),
  }));
  return {
    textStyle: { fontFamily: FONT },
    grid: { left: 4, right: 8, top: 34, bottom: 4, outerBounds: { left: 0, right: 0, top: 0, bottom: 0 }, containLabel: true },
    legend: { type: "scroll", top: 0, left: 0, icon: "roundRect", itemWidth: 10, itemHeight: 10, itemGap: 14, textStyle: { color: surface.text, fontSize: 12, fontFamily: FONT }, pageTextStyle: { color: surface.dimmed }, pageIconColor: surface.text, pageIconInactiveColor: surface.lineStrong },
    tooltip: {
      ...tooltip(scheme),
      trigger: "axis",
      axisPointer: { type: "shadow", shadowStyle: { color: surface.dimmed, opacity: 0.08 } },
      formatter: (points: { seriesName: string; dataIndex: number; color: string; data: { exact: string } | null }[]) => {
        const at = points[0]?.dataIndex ?? 0;
        const total = totals[at] ?? null;
        const lines = points.filter((point) => point.data).reverse().map((point) => tipLine(point.seriesName, compactMoney(point.data?.exact ?? "0", currency), point.color));
        return `<div style="font-weight:600;margin-bottom:4px">${labels[at] ?? ""}</div>${lines.join("")}${total === null ? "no figures" : `<div style="border-top:1px solid ${surface.line};margin-top:5px;padding-top:4px">${tipLine("Total", exactMoney(total, currency))}</div>`}`;
      },
    },
    xAxis: { type: "category", data: labels, axisLine: { lineStyle: { color: surface.lineStrong } }, axisTick: { show: false }, axisLabel: { color: surface.dimmed, fontSize: 11, hideOverlap: true } },
    yAxis: { type: "value", splitNumber: 4, axisLabel: { color: surface.dimmed, fontSize: 11, formatter: (value: number) => axisMoney(value, currency) }, splitLine: { lineStyle: { color: surface.line } } },
    series,
  };
}

/** Axis text needs no decimals: "$800 k", "$1.2 M". */
function axisMoney(value: number, currency: string): string {
  return value === 0 ? "0" : compactMoney(String(Math.round(value * 100) / 100), currency).replace(/(\.\d*?)0+(?=\D|$)/, "$1").replace(/\.(?=\D|$)/, "");
}
