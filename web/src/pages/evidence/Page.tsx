/** How far the figures can be trusted: what is proven, what was read, what ties to bills and payments. */
import type { ReactElement } from "react";
import { Link } from "wouter";

import { ApiProblem } from "../../api/client";
import type { Workspace } from "../../api/types";
import { ProblemState } from "../../parts/States";
import { useView } from "../../state/useView";
import { Readiness } from "./Readiness";
import { Reconciliation } from "./Reconciliation";
import { Sources } from "./Sources";
import classes from "./evidence.module.css";

const TABS = [
  { id: "readiness", label: "Readiness", path: "/evidence", question: "Are we ready to be audited, and to negotiate?" },
  { id: "sources", label: "Sources", path: "/evidence/sources", question: "What was read, how fresh is it, what was refused?" },
  { id: "reconciliation", label: "Reconciliation", path: "/evidence/reconciliation", question: "Does it tie to bills and payments?" },
] as const;

export default function EvidencePage({ tab, workspace }: { tab: string; workspace: Workspace }): ReactElement {
  const { href } = useView();
  const chosen = TABS.find((each) => each.id === tab);
  if (!chosen) {
    const next_step = `Open one of: ${TABS.map((each) => each.path).join(", ")}.`;
    return <ProblemState level={1} error={new ApiProblem({ type: "about:blank", title: "No such page", status: 404, detail: "Evidence has no such part.", next_step })} />;
  }
  return (
    <div className={classes.page}>
      <header className={classes.head}>
        <h1>Evidence</h1>
        <p className={classes.dimmed}>{chosen.question}</p>
        <nav aria-label="Parts of Evidence" className={classes.tabs}>
          {TABS.map((each) => (
            <Link key={each.id} href={href({ explain: null }, each.path)} aria-current={each.id === chosen.id ? "page" : undefined}>{each.label}</Link>
          ))}
        </nav>
      </header>
      {chosen.id === "readiness" ? <Readiness /> : chosen.id === "sources" ? <Sources /> : <Reconciliation workspace={workspace} />}
    </div>
  );
}
