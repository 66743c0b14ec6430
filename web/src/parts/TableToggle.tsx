/** Each picture's accessible equal: the same figures as a table. */
import type { ReactElement } from "react";

import { Icon } from "./icons";
import classes from "./toggle.module.css";

export function TableToggle({ isTable, onChange }: { isTable: boolean; onChange: (isTable: boolean) => void }): ReactElement {
  return (
    <button type="button" className={classes.toggle} aria-pressed={isTable} onClick={() => onChange(!isTable)}>
      <Icon name={isTable ? "picture" : "table"} size={14} />
      {isTable ? "View as picture" : "View as table"}
    </button>
  );
}
