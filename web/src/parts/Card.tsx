/** A titled sheet on the page. The heading names the section for everyone who jumps by headings. */
import { useId, type ReactElement, type ReactNode } from "react";

import classes from "./parts.module.css";

type Props = { title: string; aside?: ReactNode; note?: ReactNode; level?: 2 | 3; className?: string | undefined; children: ReactNode; busy?: boolean };

export function Card({ title, aside, note, level = 2, className, children, busy = false }: Props): ReactElement {
  const id = useId();
  const Heading = level === 2 ? "h2" : "h3";
  return (
    <section className={`${classes.card} ${className ?? ""}`} aria-labelledby={id} aria-busy={busy}>
      <header className={classes.cardHead}>
        <div>
          <Heading id={id} className={classes.cardTitle}>{title}</Heading>
          {note ? <p className={classes.cardNote}>{note}</p> : null}
        </div>
        {aside ? <div className={classes.cardAside}>{aside}</div> : null}
      </header>
      {children}
    </section>
  );
}
