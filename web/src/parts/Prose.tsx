/** A sentence from the server whose commands and settings are set as code. */
import type { ReactElement } from "react";

import { commandsIn } from "./States";

export function Prose({ text }: { text: string }): ReactElement {
  const commands = new Set(commandsIn(text));
  return <>{text.split("`").map((part, index) => (index % 2 === 1 || commands.has(part) ? <code key={index}>{part}</code> : part))}</>;
}
