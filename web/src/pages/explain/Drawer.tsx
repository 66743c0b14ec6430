/** The explanation beside the page it was opened from. Its state is in the URL, so back closes it. */
import type { ReactElement } from "react";
import { Link } from "wouter";

import type { Workspace } from "../../api/types";
import { Icon } from "../../parts/icons";
import { Sheet } from "../../parts/Sheet";
import { explainAddress } from "../../state/explainAddress";
import { useView } from "../../state/useView";
import type { Explained } from "../../state/view";
import { ExplainBody } from "./Body";
import classes from "./explain.module.css";

const NAME = "Where this figure comes from";

export default function ExplainDrawer({ workspace, explained }: { workspace: Workspace; explained: Explained }): ReactElement {
  const { view, update } = useView();
  const title = (
    <span className={classes.drawerTitle}>
      {NAME}
      <Link href={explainAddress(explained, view)} className={classes.openPage}><Icon name="open" size={14} /> Open as a page</Link>
    </span>
  );
  return (
    <Sheet opened name={NAME} title={title} closes="Close the explanation" position="right" size="min(920px, 100vw)" onClose={() => update({ explain: null })}>
      <ExplainBody explained={explained} workspace={workspace} titleLevel={2} onChange={(next) => update({ explain: next }, { replace: true })} />
    </Sheet>
  );
}
