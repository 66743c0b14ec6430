/** How well a figure is known: one bar, best evidence first. Judgement (estimated, declared) is hatched. */
import type { ReactElement } from "react";

import { geometry, ratio, sign } from "../format/decimal";
import { compactMoney, exactMoney } from "../format/money";
import { percent } from "../format/share";
import { figures } from "../state/figures";
import type { Where } from "../state/view";
import { HATCHED } from "../theme/palette";
import type { ByEvidence } from "../api/types";
import { Figure } from "./Figure";
import classes from "./parts.module.css";

const ORDER = ["invoiced", "metered", "contracted", "estimated", "declared", ""] as const;
export const EVIDENCE_WORDS: Record<string, string> = {
  invoiced: "on a bill or an invoice",
  metered: "measured use at a known price",
  contracted: "a signed price and quantity",
  estimated: "worked out from a stated assumption",
  declared: "stated by a person",
  "": "no grade is recorded",
};

export type Grade = { grade: string; amount: string; share: string | null };

/** The grades that hold money, best first, with their share of `total`. */
export function grades(mix: ByEvidence, total: string | null): Grade[] {
  return ORDER.flatMap((grade) => {
    const amount = mix[grade];
    return amount === undefined || sign(amount) === 0 ? [] : [{ grade, amount, share: total === null ? null : ratio(amount, total) }];
  });
}

export function EvidenceBar({ mix, total, currency, large = false }: { mix: ByEvidence; total: string | null; currency: string; large?: boolean }): ReactElement {
  const found = grades(mix, total);
  const words = found.map(({ grade, share }) => `${gradeName(grade)} ${percent(share, 0)}`).join(", ");
  return (
    <span className={classes.evidenceBar} data-large={large || undefined} role="img" aria-label={found.length ? `Evidence: ${words}` : "No money, so no evidence"} title={words}>
      {found.map(({ grade, amount, share }) => (
        <span
          key={grade}
          data-hatched={HATCHED.has(grade) || undefined}
          style={{ flexGrow: Math.max(0, geometry(share)), background: `var(--evidence-${grade || "unknown"})` }}
          title={`${gradeName(grade)}: ${exactMoney(amount, currency)}`}
        />
      ))}
    </span>
  );
}

/** The legend under a large bar: each grade with its share and money, and its explanation. */
export function EvidenceLegend({ mix, total, currency, within = {} }: { mix: ByEvidence; total: string | null; currency: string; within?: Where }): ReactElement {
  return (
    <ul className={classes.legend} aria-label="Evidence mix">
      {grades(mix, total).map(({ grade, amount, share }) => (
        <li key={grade} title={EVIDENCE_WORDS[grade]}>
          <span className={classes.swatch} data-hatched={HATCHED.has(grade) || undefined} style={{ background: `var(--evidence-${grade || "unknown"})` }} aria-hidden="true" />
          <span>{gradeName(grade)}</span>
          <Figure name={`${gradeName(grade)} evidence`} explains={figures.evidence(grade, within)} title={exactMoney(amount, currency)}>
            {compactMoney(amount, currency)}
          </Figure>
          <span className={classes.dimmed}>{percent(share, 0)}</span>
        </li>
      ))}
    </ul>
  );
}

export function gradeName(grade: string): string {
  return grade === "" ? "Not graded" : grade.charAt(0).toUpperCase() + grade.slice(1);
}
