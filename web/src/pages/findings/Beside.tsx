/** Findings on a page that is about something else: a line that opens one beside the page, to be read and decided there. */
import { useLayoutEffect, type ReactElement } from "react";
import { Link } from "wouter";

import { useWorkspace } from "../../api/queries";
import type { Finding } from "../../api/types";
import { useOwn } from "../../state/useOwn";
import { FindingDrawer } from "./Drawer";
import classes from "./findings.module.css";
import { standing } from "./words";

/** The finding that the address names, with its decision; nothing when it names none. `hasFigures`: of its review; else of the workspace. */
export function FindingBeside({ hasFigures }: { hasFigures?: boolean }): ReactElement | null {
  const own = useOwn();
  const { data: workspace } = useWorkspace();
  const chosen = own.first("finding");
  const isOpen = chosen !== null;
  // The panel is taken away with its address, so the keyboard is led back to what opened it by hand.
  useLayoutEffect(() => {
    if (!isOpen) return undefined;
    const opener = document.activeElement;
    return () => void window.requestAnimationFrame(() => opener instanceof HTMLElement && opener.isConnected && opener.focus({ preventScroll: true }));
  }, [isOpen]);
  if (chosen === null) return null;
  return <FindingDrawer key={chosen} id={chosen} hasFigures={hasFigures ?? workspace?.is_empty === false} onClose={() => own.set({ finding: null })} />;
}

export function FindingLink({ row }: { row: Finding }): ReactElement {
  const own = useOwn();
  return <Link className={classes.title} href={own.hrefWith({ finding: row.id })} aria-haspopup="dialog">{row.title}</Link>;
}

/** Where it stands: open, or what was decided, by whom, until when and why. */
export function Standing({ row }: { row: Finding }): ReactElement {
  const { state, more } = standing(row);
  return <span className={classes.standing}><span className={classes.badge} data-state={row.state}>{state}</span>{more ? <span className={classes.dimmed}> {more}</span> : null}</span>;
}
