/** The explanation beside the page it was opened from. Its state is in the URL, so back closes it. */
import { Drawer } from "@mantine/core";
import type { ReactElement } from "react";
import { Link } from "wouter";

import type { Workspace } from "../../api/types";
import { Icon } from "../../parts/icons";
import { explainAddress } from "../../state/explainAddress";
import { useView } from "../../state/useView";
import type { Explained } from "../../state/view";
import { ExplainBody } from "./Body";
import classes from "./explain.module.css";

export default function ExplainDrawer({ workspace, explained }: { workspace: Workspace; explained: Explained }): ReactElement {
  const { view, update } = useView();
  return (
    <Drawer
      opened
      onClose={() => update({ explain: null })}
      position="right"
      size="min(920px, 100vw)"
      title={<span className={classes.drawerTitle}>Where this figure comes from <Link href={explainAddress(explained, view)} className={classes.openPage}><Icon name="open" size={14} /> Open as a page</Link></span>}
      closeButtonProps={{ "aria-label": "Close the explanation" }}
      overlayProps={{ backgroundOpacity: 0.35 }}
    >
      <ExplainBody explained={explained} workspace={workspace} titleLevel={2} onChange={(next) => update({ explain: next }, { replace: true })} />
    </Drawer>
  );
}
