/** A command to copy into a terminal. */
import { useState, type ReactElement } from "react";

import { Icon } from "./icons";
import classes from "./parts.module.css";

export function Command({ text }: { text: string }): ReactElement {
  const [isCopied, setCopied] = useState(false);
  const copy = () => {
    void copyText(text).then(setCopied);
  };
  return (
    <div className={classes.command}>
      <code>{text}</code>
      <button type="button" onClick={copy} aria-label={`Copy ${text}`}>
        <Icon name={isCopied ? "check" : "copy"} />
        <span role="status">{isCopied ? "Copied" : "Copy"}</span>
      </button>
    </div>
  );
}

/** Whether the text reached the clipboard; pages served without TLS have no clipboard access. */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const field = document.createElement("textarea");
    field.value = text;
    field.style.position = "fixed";
    field.style.opacity = "0";
    document.body.append(field);
    field.select();
    const isDone = document.execCommand("copy");
    field.remove();
    return isDone;
  }
}
