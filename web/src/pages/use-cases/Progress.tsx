/** How many of the questions are open: the number, and a bar of those answered beside it. */
import type { ReactElement } from "react";

import classes from "./useCases.module.css";

export function Progress({ open, all }: { open: number; all: number }): ReactElement {
  return (
    <span className={classes.progress} title={`${all - open} of ${all} answered`}>
      <span className={classes.track} aria-hidden="true"><span style={{ width: `${((all - open) / all) * 100}%` }} /></span>
      <span className={open ? classes.open : undefined}>{open === 0 ? "none" : open}</span>
    </span>
  );
}
