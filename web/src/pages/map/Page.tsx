/** The map: what is spent on AI, where, and how sure we are. */
import type { ReactElement } from "react";

import { useMap } from "../../api/queries";
import type { Workspace } from "../../api/types";
import { periodLabel } from "../../format/period";
import { isZero } from "../../format/decimal";
import { NoMatch, PageSkeleton, ProblemState } from "../../parts/States";
import { dimensionWords, valueLabel } from "../../shell/dimensions";
import { useView } from "../../state/useView";
import { withoutValue } from "../../state/view";
import { Headline } from "./Headline";
import classes from "./map.module.css";
import { Picture } from "./Picture";
import { Counted, Rail } from "./Rail";
import { Strip } from "./Strip";

export function MapPage({ workspace }: { workspace: Workspace }): ReactElement {
  const { view, update } = useView();
  const { data: report, error, refetch, isPlaceholderData } = useMap(view);
  if (error) return <ProblemState level={1} error={error} onRetry={() => void refetch()} />;
  if (!report) return <PageSkeleton />;
  const hasNothing = report.rows.length === 0 && (report.total === null || isZero(report.total));
  if (hasNothing) {
    const conditions = Object.entries(view.where).flatMap(([dimension, values]) =>
      values.map((value) => ({
        dimension: dimensionWords(dimension),
        label: valueLabel(workspace, dimension, value),
        onClear: () => update({ where: withoutValue(view.where, dimension, value) }),
      })),
    );
    return <NoMatch level={1} period={periodLabel(report.period.label)} conditions={conditions} notes={report.notes} onClearAll={() => update({ where: {} })} />;
  }
  return (
    <div className={classes.page} data-stale={isPlaceholderData || undefined} aria-busy={isPlaceholderData}>
      <Headline report={report} />
      <div className={classes.columns}>
        <div className={classes.main}>
          <Picture report={report} />
          <Strip report={report} />
          <Counted report={report} />
        </div>
        <Rail report={report} />
      </div>
    </div>
  );
}
