/** Page one: the total and how sure it is, what changed, what waits for a decision, what comes next. */
import type { ReactElement } from "react";
import { Link } from "wouter";

import { useLeader, useMap } from "../../api/queries";
import type { Workspace } from "../../api/types";
import { isZero } from "../../format/decimal";
import { periodLabel } from "../../format/period";
import { Card } from "../../parts/Card";
import { NoMatch, PageSkeleton, ProblemState } from "../../parts/States";
import { dimensionWords, valueLabel } from "../../shell/dimensions";
import { useView } from "../../state/useView";
import { withoutValue } from "../../state/view";
import { Treemap } from "../map/Picture";
import { Strip } from "../map/Strip";
import { DecideCard } from "./Decide";
import { DriversCard } from "./Drivers";
import { Headline } from "./Headline";
import { OutlookCard } from "./Outlook";
import classes from "./overview.module.css";
import { PlanCard } from "./Plan";
import { TrustStrip } from "./Trust";
import { UnitCostsCard } from "./UnitCosts";

export function OverviewPage({ workspace }: { workspace: Workspace }): ReactElement {
  const { view, update, href } = useView();
  const { data: report, error, refetch, isPlaceholderData } = useLeader(view);
  const map = useMap(view);
  if (error) return <ProblemState level={1} error={error} onRetry={() => void refetch()} />;
  if (!report) return <PageSkeleton />;
  const period = periodLabel(report.period.label);
  if ((report.total === null || isZero(report.total)) && report.previous_total === null && map.data?.rows.length === 0) {
    const conditions = Object.entries(view.where).flatMap(([dimension, values]) =>
      values.map((value) => ({
        dimension: dimensionWords(dimension),
        label: valueLabel(workspace, dimension, value),
        onClear: () => update({ where: withoutValue(view.where, dimension, value) }),
      })),
    );
    return <NoMatch level={1} period={period} conditions={conditions} notes={report.notes} onClearAll={() => update({ where: {} })} />;
  }
  return (
    <div className={classes.page} data-stale={isPlaceholderData || undefined} aria-busy={isPlaceholderData}>
      <Headline report={report} />
      <TrustStrip report={report} />
      <div className={classes.columns}>
        <div className={classes.stacked}>
          <DriversCard report={report.drivers} />
          <OutlookCard report={report} />
        </div>
        <DecideCard report={report} />
      </div>
      <div className={classes.halves}>
        <PlanCard plan={report.plan} currency={report.currency} />
        <UnitCostsCard report={report} />
      </div>
      {map.data && map.data.rows.length > 0 ? (
        <>
          <Card
            title="Where the money goes"
            note={`Category and vendor, hatched where mostly estimated or declared; ${report.basis} cost, ${report.currency}, ${period}`}
            aside={<Link href={href({ explain: null }, "/map")} className={classes.more}>Open the map: months, flow, table</Link>}
          >
            <Treemap report={map.data} period={period} />
          </Card>
          <Strip report={map.data} />
        </>
      ) : null}
    </div>
  );
}
