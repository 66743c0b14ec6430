/** Thirteen months at a glance. A month without figures is a gap, never a zero. */
import type { ReactElement } from "react";

import { geometry } from "../format/decimal";
import { compactMoney } from "../format/money";
import { monthLabel } from "../format/period";
import classes from "./parts.module.css";

type Point = { month: string; cost: string | null };

const WIDTH = 104;
const HEIGHT = 26;
const INSET = 3;

/** The line as runs of known months: `M x y L x y ...`. Pure, so that gaps can be tested. */
export function sparkPath(series: readonly Point[], width = WIDTH, height = HEIGHT): { line: string; area: string; last: [number, number] | null } {
  const known = series.filter((point) => point.cost !== null).map((point) => geometry(point.cost));
  if (known.length === 0) return { line: "", area: "", last: null };
  const high = Math.max(...known, 0);
  const low = Math.min(...known, 0);
  const span = high - low || 1;
  const stride = series.length > 1 ? (width - 2 * INSET) / (series.length - 1) : 0;
  const ground = (height - INSET - ((0 - low) / span) * (height - 2 * INSET)).toFixed(1);
  let line = "";
  let area = "";
  let last: [number, number] | null = null;
  let isDown = false;
  series.forEach((point, n) => {
    if (point.cost === null) {
      if (last && isDown) area += `L${last[0].toFixed(1)} ${ground}Z`;
      isDown = false;
      return;
    }
    const x = INSET + n * stride;
    const y = height - INSET - ((geometry(point.cost) - low) / span) * (height - 2 * INSET);
    line += `${isDown ? "L" : "M"}${x.toFixed(1)} ${y.toFixed(1)}`;
    area += `${isDown ? "" : `M${x.toFixed(1)} ${ground}`}L${x.toFixed(1)} ${y.toFixed(1)}`;
    isDown = true;
    last = [x, y];
  });
  if (last && isDown) area += `L${(last as [number, number])[0].toFixed(1)} ${ground}Z`;
  return { line, area, last };
}

export function Sparkline({ series, colour, currency, name }: { series: readonly Point[]; colour: string; currency: string; name: string }): ReactElement {
  const { line, area, last } = sparkPath(series);
  const known = series.filter((point): point is { month: string; cost: string } => point.cost !== null);
  const first = known[0];
  const end = known.at(-1);
  const words = first && end ? `${name}: ${compactMoney(first.cost, currency)} in ${monthLabel(first.month)}, ${compactMoney(end.cost, currency)} in ${monthLabel(end.month)}` : `${name}: no figures`;
  return (
    <svg className={classes.spark} viewBox={`0 0 ${WIDTH} ${HEIGHT}`} width={WIDTH} height={HEIGHT} role="img" aria-label={words}>
      <title>{words}</title>
      <line x1={INSET} x2={WIDTH - INSET} y1={HEIGHT - 1} y2={HEIGHT - 1} stroke="var(--sm-line)" strokeWidth={1} />
      <path d={area} fill={colour} opacity={0.14} />
      <path d={line} fill="none" stroke={colour} strokeWidth={1.6} strokeLinejoin="round" strokeLinecap="round" />
      {last ? <circle cx={last[0]} cy={last[1]} r={2.4} fill={colour} /> : null}
    </svg>
  );
}
