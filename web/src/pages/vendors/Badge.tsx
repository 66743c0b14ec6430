/** Small marks with words: a data class, a state, an enterprise control. Colour only repeats what the word says. */
import type { ReactElement } from "react";

import classes from "./vendors.module.css";

export const CONTROL_WORDS: Record<string, string> = { sso: "SSO", admin_controls: "Admin", data_retention: "Retention" };

export function Risk({ data, approved, isAbove }: { data: string | null; approved: string | null; isAbove: boolean | null }): ReactElement {
  if (data === null) return <span className={classes.unknown}>not stated</span>;
  const title = approved === null ? "Nobody stated which class of data it is approved for" : `Approved for ${approved} data`;
  return (
    <span className={classes.stack} title={title}>
      <span className={classes.badge} data-tone={isAbove ? "warn" : undefined}>{data}</span>
      <span className={classes.small}>{isAbove ? `above approved (${approved})` : approved === null ? "approval not stated" : `approved for ${approved}`}</span>
    </span>
  );
}

/** Enterprise controls; what nobody stated is shown as that, since silence is no control. */
export function Controls({ controls }: { controls: Record<string, string | null> }): ReactElement {
  if (Object.keys(CONTROL_WORDS).every((name) => (controls[name] ?? null) === null)) return <span className={classes.unknown} title="SSO, administration and data retention: nobody stated them">none stated</span>;
  return (
    <ul className={classes.controls}>
      {Object.entries(CONTROL_WORDS).map(([name, word]) => {
        const said = controls[name] ?? null;
        return <li key={name}><span className={classes.small}>{word}</span> <span data-tone={said === "no" ? "warn" : undefined} className={said === null ? classes.unknown : classes.said}>{said ?? "not stated"}</span></li>;
      })}
    </ul>
  );
}

export function State({ state }: { state: string }): ReactElement {
  const words: Record<string, string> = { open: "Undecided", accepted: "Kept on purpose", assigned: "Assigned", done: "Done" };
  return <span className={classes.badge} data-tone={state === "open" ? "warn" : "calm"}>{words[state] ?? state}</span>;
}
