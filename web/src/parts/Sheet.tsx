/** A panel over the page: menu, options, explanation. Traps focus, closes on Escape, names itself. */
import { Drawer, type DrawerRootProps } from "@mantine/core";
import type { ReactElement, ReactNode } from "react";

import classes from "./sheet.module.css";

type Props = { name: string; closes: string; opened: boolean; onClose: () => void; size: string; position?: DrawerRootProps["position"]; title?: ReactNode; children: ReactNode };

export function Sheet({ name, closes, opened, onClose, size, position = "left", title, children }: Props): ReactElement {
  return (
    <Drawer.Root opened={opened} onClose={onClose} size={size} position={position}>
      <Drawer.Overlay backgroundOpacity={0.35} />
      <Drawer.Content aria-label={name}>
        <div className={classes.head}>
          <div className={classes.title}>{title ?? name}</div>
          <Drawer.CloseButton aria-label={closes} />
        </div>
        <Drawer.Body>{children}</Drawer.Body>
      </Drawer.Content>
    </Drawer.Root>
  );
}
