/** The category's colour beside its name; never instead of it. */
import type { ReactElement } from "react";

import classes from "./dot.module.css";

export function Dot({ category, isLens = false }: { category: string | null; isLens?: boolean }): ReactElement {
  return <span className={classes.dot} data-lens={isLens || undefined} style={{ "--dot": `var(--cat-${category || "unclassified"}, var(--cat-unclassified))` } as React.CSSProperties} aria-hidden="true" />;
}
