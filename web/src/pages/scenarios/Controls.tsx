/** The inputs of a scenario: sliders are native ranges, so arrow keys, home and end work and each says its value. */
import { Autocomplete, Button, Select, TextInput } from "@mantine/core";
import { useId, useState, type ReactElement, type ReactNode } from "react";

import type { Workspace } from "../../api/types";
import { Card } from "../../parts/Card";
import { Command } from "../../parts/Command";
import { Icon } from "../../parts/icons";
import { factorWords, writeChanges, type Changes } from "./changes";
import classes from "./scenarios.module.css";

type Props = { workspace: Workspace; changes: Changes; onChange: (changes: Changes) => void; onReset: () => void };

export function Controls({ workspace, changes, onChange, onReset }: Props): ReactElement {
  const texts = writeChanges(changes);
  const set = (patch: Partial<Changes>) => onChange({ ...changes, ...patch });
  return (
    <Card title="Change" aside={texts.length ? <Button size="xs" variant="default" onClick={onReset}>Change nothing</Button> : null}>
      <div className={classes.controls}>
        <Factor label="Usage" about="calls of every model" value={changes.usage} max={4} onChange={(usage) => set({ usage })} />
        <Factor label="Adoption" about="people, and so calls and seats" value={changes.adoption} max={4} onChange={(adoption) => set({ adoption })} />
        <Factor label="Context" about="input tokens of a call" value={changes.context} max={4} onChange={(context) => set({ context })} />
        <Prices workspace={workspace} changes={changes} set={set} />
        <Swaps workspace={workspace} changes={changes} set={set} />
        <Group title="The model gets worse">
          <label className={classes.check}>
            <input type="checkbox" checked={changes.isWorse} onChange={(event) => set({ isWorse: event.currentTarget.checked })} />
            <span>Worse, by the product's usual measure <span className={classes.dimmed}>more retries, more rejection, more review</span></span>
          </label>
          <div className={classes.pair}>
            <Typed label="Retries" placeholder="+0.10" value={changes.retries} onChange={(retries) => set({ retries })} />
            <Typed label="Rejection" placeholder="0.3" value={changes.rejection} onChange={(rejection) => set({ rejection })} />
          </div>
          <Factor label="Review" about="minutes of checking" value={changes.review} max={4} onChange={(review) => set({ review })} />
        </Group>
        {changes.others.length ? <p className={classes.dimmed}>Also set by the address: {changes.others.join(", ")}</p> : null}
        <Command text={`spendmap scenario${texts.map((text) => ` --set ${text.includes("=") ? text : text.replace(/:([^:]*)$/, "=$1")}`).join("")}`} />
      </div>
    </Card>
  );
}

function Factor({ label, about, value, max, onChange }: { label: string; about: string; value: string; max: number; onChange: (value: string) => void }): ReactElement {
  const id = useId();
  return (
    <div className={classes.factor}>
      <label htmlFor={id}><span className={classes.name}>{label}</span> <span className={classes.dimmed}>{about}</span></label>
      <output htmlFor={id} data-moved={Number(value) !== 1 || undefined}>{factorWords(value)}</output>
      <input id={id} type="range" min={0} max={max} step={0.1} value={value} aria-valuetext={factorWords(value)} onChange={(event) => onChange(String(Number(event.currentTarget.value)))} />
    </div>
  );
}

function Group({ title, children }: { title: string; children: ReactNode }): ReactElement {
  return <fieldset className={classes.group}><legend>{title}</legend>{children}</fieldset>;
}

function Prices({ workspace, changes, set }: { workspace: Workspace; changes: Changes; set: (patch: Partial<Changes>) => void }): ReactElement {
  const vendors = (workspace.dimensions.vendor ?? []).filter(({ id }) => id && !changes.prices.some(([of]) => of === id));
  const label = (of: string) => workspace.dimensions.vendor?.find(({ id }) => id === of)?.label ?? of;
  return (
    <Group title="A vendor's price">
      {changes.prices.map(([of, factor]) => (
        <div key={of} className={classes.removable}>
          <Factor label={label(of)} about="unit prices" value={factor} max={3} onChange={(next) => set({ prices: changes.prices.map(([each, held]): [string, string] => [each, each === of ? next : held]) })} />
          <Remove label={`Leave the price of ${label(of)}`} onClick={() => set({ prices: changes.prices.filter(([each]) => each !== of) })} />
        </div>
      ))}
      <Select size="xs" label="Vendor" placeholder="Choose one" searchable value={null} data={vendors.map(({ id, label: words }) => ({ value: id, label: words || id }))} onChange={(of) => { if (of) set({ prices: [...changes.prices, [of, "1.2"]] }); }} />
    </Group>
  );
}

function Swaps({ workspace, changes, set }: { workspace: Workspace; changes: Changes; set: (patch: Partial<Changes>) => void }): ReactElement {
  const models = (workspace.dimensions.model ?? []).map(({ id }) => id).filter(Boolean);
  const [from, setFrom] = useState("");
  const [to, setTo] = useState("");
  const add = () => {
    set({ swaps: [...changes.swaps.filter(([each]) => each !== from.trim()), [from.trim(), to.trim()]] });
    setFrom("");
    setTo("");
  };
  return (
    <Group title="Swap a model">
      {changes.swaps.map(([old, next]) => (
        <div key={old} className={classes.removable}>
          <p className={classes.swap}>{old} <span aria-hidden="true">→</span><span className={classes.hidden}> becomes </span> {next}</p>
          <Remove label={`Keep ${old}`} onClick={() => set({ swaps: changes.swaps.filter(([each]) => each !== old) })} />
        </div>
      ))}
      <div className={classes.pair}>
        <Autocomplete size="xs" label="Instead of" placeholder="a model in use" data={models} value={from} onChange={setFrom} />
        <Autocomplete size="xs" label="Use" placeholder="any priced model" data={models} value={to} onChange={setTo} />
      </div>
      <Button size="xs" variant="default" disabled={!from.trim() || !to.trim() || from.includes("=")} onClick={add}>Swap them</Button>
    </Group>
  );
}

function Typed({ label, placeholder, value, onChange }: { label: string; placeholder: string; value: string; onChange: (value: string) => void }): ReactElement {
  return <TextInput size="xs" label={label} description={`share of calls, such as ${placeholder}`} placeholder={placeholder} value={value} inputMode="decimal" onChange={(event) => onChange(event.currentTarget.value.trim())} />;
}

function Remove({ label, onClick }: { label: string; onClick: () => void }): ReactElement {
  return <button type="button" className={classes.remove} aria-label={label} title={label} onClick={onClick}><Icon name="close" size={14} /></button>;
}
