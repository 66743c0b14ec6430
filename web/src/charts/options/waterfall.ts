/** Why a total became another: steps between two totals. The axis may start above zero, and then says so. */
import type { EChartsCoreOption } from "echarts/core";

import { add, geometry, sign } from "../../format/decimal";
import { compactMoney, exactMoney, signedMoney } from "../../format/money";
import { SURFACE, type Scheme } from "../../theme/palette";
import { FONT, tipLine, tooltip } from "./shared";

export type Step = { id: string; label: string; amount: string };
export type Bar = { id: string; label: string; amount: string; from: string; to: string; isTotal: boolean };

/** The two totals and every step, each from where the one before ended. */
export function waterfallBars(start: Step, steps: readonly Step[], end: Step): Bar[] {
  let at = start.amount;
  const bars: Bar[] = [{ ...start, from: "0", to: at, isTotal: true }];
  for (const step of steps) {
    const next = add(at, step.amount);
    bars.push({ ...step, from: at, to: next, isTotal: false });
    at = next;
  }
  return [...bars, { ...end, from: "0", to: end.amount, isTotal: true }];
}

/** Where the axis starts: zero, or just under the lowest step when the steps would be slivers against the totals. */
export function waterfallFloor(bars: readonly Bar[]): number {
  const ends = bars.map(({ to }) => geometry(to));
  const low = Math.min(...ends);
  const high = Math.max(...ends);
  const span = high - low;
  if (low <= 0 || span === 0 || span > high * 0.25) return 0;
  const raw = Math.max(0, low - span * 0.6);
  const unit = 10 ** Math.floor(Math.log10(span));
  return Math.floor(raw / unit) * unit;
}

export function waterfallOption(bars: readonly Bar[], currency: string, scheme: Scheme, width: number): EChartsCoreOption {
  const surface = SURFACE[scheme];
  const floor = waterfallFloor(bars);
  const isPhone = width < 520;
  const colour = (bar: Bar) => (bar.isTotal ? surface.dimmed : sign(bar.amount) > 0 ? surface.up : surface.down);
  const figure = (bar: Bar) => (bar.isTotal ? compactMoney(bar.amount, currency) : signedMoney(bar.amount, currency));
  const category = { type: "category", data: bars.map(({ label }) => label), axisLine: { lineStyle: { color: surface.lineStrong } }, axisTick: { show: false } };
  const value = { type: "value", min: floor, splitNumber: 4, axisLabel: { show: !isPhone, color: surface.dimmed, fontSize: 11, formatter: (at: number) => (at === 0 ? "0" : compactMoney(String(Math.round(at)), currency)) }, splitLine: { lineStyle: { color: surface.line } } };
  return {
    textStyle: { fontFamily: FONT },
    grid: { left: 4, right: isPhone ? 64 : 12, top: isPhone ? 4 : 24, bottom: 4, outerBounds: { left: 0, right: 0, top: 0, bottom: 0 }, containLabel: true },
    tooltip: {
      ...tooltip(scheme),
      formatter: ({ dataIndex }: { dataIndex: number }) => {
        const bar = bars[dataIndex];
        if (!bar) return "";
        return tipLine(bar.label, exactMoney(bar.amount, currency)) + (bar.isTotal ? "" : tipLine("so far", exactMoney(bar.to, currency)));
      },
    },
    // On a phone the bars lie, so that their names have room.
    xAxis: isPhone ? value : { ...category, axisLabel: { color: surface.text, fontSize: 11, interval: 0, width: Math.max(54, (width - 80) / bars.length - 6), overflow: "break", lineHeight: 13 } },
    yAxis: isPhone ? { ...category, inverse: true, axisLabel: { color: surface.text, fontSize: 11, width: 104, overflow: "break", lineHeight: 13 } } : value,
    series: [
      {
        type: "bar",
        stack: "steps",
        silent: true,
        itemStyle: { color: "transparent" },
        data: bars.map((bar) => (bar.isTotal ? 0 : Math.min(geometry(bar.from), geometry(bar.to)))),
      },
      {
        type: "bar",
        stack: "steps",
        barMaxWidth: 54,
        data: bars.map((bar) => ({
          value: bar.isTotal ? geometry(bar.to) : Math.abs(geometry(bar.to) - geometry(bar.from)),
          itemStyle: { color: colour(bar), borderRadius: 2 },
        })),
        label: { show: true, position: isPhone ? "right" : "top", color: surface.text, fontSize: 11, formatter: ({ dataIndex }: { dataIndex: number }) => { const bar = bars[dataIndex]; return bar ? figure(bar) : ""; } },
      },
    ],
  };
}
