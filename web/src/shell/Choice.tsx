/** One choice out of a few, as a compact button that says the name and the value. */
import { Menu } from "@mantine/core";
import type { ReactElement } from "react";

import { Icon } from "../parts/icons";
import classes from "./shell.module.css";

export type Option = { value: string; label: string; about?: string };

type Props = { name: string; value: string; options: readonly Option[]; onChange: (value: string) => void };

export function Choice({ name, value, options, onChange }: Props): ReactElement {
  const chosen = options.find((option) => option.value === value);
  return (
    <Menu position="bottom-start" width={260} shadow="md">
      <Menu.Target>
        <button type="button" className={classes.control} aria-label={`${name}: ${chosen?.label ?? value}`}>
          <span className={classes.controlName}>{name}</span>
          <span className={classes.controlValue}>{chosen?.label ?? value}</span>
          <Icon name="chevron" size={14} />
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{name}</Menu.Label>
        <Menu.RadioGroup value={value} onChange={onChange}>
          {options.map((option) => (
            <Menu.RadioItem key={option.value} value={option.value} closeMenuOnClick>
              <span className={classes.optionLabel}>{option.label}</span>
              {option.about ? <span className={classes.optionAbout}>{option.about}</span> : null}
            </Menu.RadioItem>
          ))}
        </Menu.RadioGroup>
      </Menu.Dropdown>
    </Menu>
  );
}
