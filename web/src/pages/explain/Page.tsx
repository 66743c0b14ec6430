/** The explanation as a page of its own, for links from elsewhere and for paper. */
import type { ReactElement } from "react";
import { Link, useLocation, useSearch } from "wouter";

import type { Workspace } from "../../api/types";
import { Icon } from "../../parts/icons";
import { explainAddress, readExplainAddress } from "../../state/explainAddress";
import { useView } from "../../state/useView";
import { ExplainBody } from "./Body";
import classes from "./explain.module.css";

export default function ExplainPage({ workspace }: { workspace: Workspace }): ReactElement {
  const explained = readExplainAddress(useSearch());
  const [, navigate] = useLocation();
  const { view, href } = useView();
  return (
    <div className={classes.page}>
      <nav aria-label="Back" className={classes.crumbs}><Link href={href({ explain: null }, "/")}><Icon name="left" size={14} /> Map</Link></nav>
      <ExplainBody explained={explained} workspace={workspace} titleLevel={1} onChange={(next) => navigate(explainAddress(next, view), { replace: true })} />
    </div>
  );
}
