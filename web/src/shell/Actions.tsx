/** Share, download, colour scheme. */
import { Menu, useComputedColorScheme, useMantineColorScheme } from "@mantine/core";
import { useState, type ReactElement } from "react";

import { downloadAddress } from "../api/client";
import { copyText } from "../parts/Command";
import { Icon } from "../parts/icons";
import type { View } from "../state/view";
import classes from "./shell.module.css";

/** Copies the address: all state is in it, so the reader sees the same page. */
export function ShareButton(): ReactElement {
  const [said, setSaid] = useState("");
  const share = () => {
    void copyText(window.location.href).then((isDone) => {
      setSaid(isDone ? "Link copied" : "Copy the address bar");
      window.setTimeout(() => setSaid(""), 2500);
    });
  };
  return (
    <button type="button" className={classes.action} onClick={share}>
      <Icon name={said ? "check" : "share"} />
      <span role="status">{said || "Share"}</span>
    </button>
  );
}

export function ExportMenu({ view }: { view: View }): ReactElement {
  return (
    <Menu position="bottom-end" shadow="md" width={230}>
      <Menu.Target>
        <button type="button" className={classes.action} aria-label="Export this map">
          <Icon name="download" />
          <span>Export</span>
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>This map, with its filters</Menu.Label>
        <Menu.Item component="a" href={downloadAddress("csv", view)} download>CSV, one row per group</Menu.Item>
        <Menu.Item component="a" href={downloadAddress("json", view)} download>JSON, the whole report</Menu.Item>
        <Menu.Item onClick={() => window.print()}>Print or save as PDF</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

export function SchemeToggle(): ReactElement {
  const { setColorScheme } = useMantineColorScheme();
  const scheme = useComputedColorScheme("light");
  const next = scheme === "dark" ? "light" : "dark";
  return (
    <button type="button" className={classes.action} aria-label={`Use ${next} colours`} title={`Use ${next} colours`} onClick={() => setColorScheme(next)}>
      <Icon name={scheme === "dark" ? "sun" : "moon"} />
    </button>
  );
}
