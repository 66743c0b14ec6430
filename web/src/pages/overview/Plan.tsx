/** Each budget and what was spent of it. */
import type { ReactElement } from "react";

import type { AgainstPlan } from "../../api/types";
import { geometry, sign } from "../../format/decimal";
import { compactMoney, exactMoney, signedMoney } from "../../format/money";
import { monthLabel } from "../../format/period";
import { percent } from "../../format/share";
import { Card } from "../../parts/Card";
import { Command } from "../../parts/Command";
import { Figure } from "../../parts/Figure";
import classes from "./overview.module.css";

export function PlanCard({ plan, currency }: { plan: AgainstPlan; currency: string }): ReactElement {
  if (plan.budgets.length === 0) {
    return (
      <Card title="Against plan">
        <div className={classes.empty}><p className={classes.dimmed}>{plan.note}</p><Command text="spendmap register apply register/" /></div>
      </Card>
    );
  }
  const note = plan.planned && plan.difference ? `${signedMoney(plan.difference, currency)} against ${compactMoney(plan.planned, currency)} planned${plan.unplanned ? `; ${compactMoney(plan.unplanned, currency)} has no budget` : ""}` : "Budgets that may be about the same money are not added up";
  return (
    <Card title="Against plan" note={note}>
      <ul className={classes.budgets}>
        {plan.budgets.map((budget) => {
          const isOver = budget.difference !== null && sign(budget.difference) > 0;
          const where = Object.fromEntries(Object.entries(budget.where).map(([name, value]) => [name, [value]]));
          return (
            <li key={budget.id} className={classes.budget}>
              <div className={classes.budgetTop}>
                <span>{budget.name} <span className={classes.small}>{budget.owner ?? "no owner"}{budget.span === "month" ? "" : `, ${monthLabel(budget.first)} to ${monthLabel(budget.last)}`}</span></span>
                <span>
                  {budget.actual === null ? "unknown" : <Figure name={budget.name} explains={{ figure: "total", where }} title={exactMoney(budget.actual, currency)}>{compactMoney(budget.actual, currency)}</Figure>}
                  <span className={classes.small}> of {compactMoney(budget.planned, currency)}</span>
                </span>
              </div>
              <span className={classes.track} role="img" aria-label={`${percent(budget.used_share, 0)} used${isOver ? ", over budget" : ""}`}>
                <span data-over={isOver || undefined} style={{ width: `${Math.min(100, Math.max(0, geometry(budget.used_share) * 100))}%` }} />
              </span>
              <span className={classes.small} data-over={isOver || undefined}>{percent(budget.used_share, 0)} used{isOver && budget.difference ? `, ${compactMoney(budget.difference, currency)} over` : ""}{budget.span === "month" ? "" : `, ${budget.months_over} of ${budget.months} months over`}</span>
            </li>
          );
        })}
      </ul>
    </Card>
  );
}
