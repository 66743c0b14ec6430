/** The few icons of the pages, drawn on a 16 grid. Always decoration: the control that holds one has a name. */
import type { ReactElement } from "react";

const PATHS = {
  share: "M6.5 9.5 9.5 6.5M7 4.5l1.2-1.2a3 3 0 0 1 4.3 4.3L11.2 8.9M9 11.5l-1.2 1.2a3 3 0 0 1-4.3-4.3l1.3-1.3",
  download: "M8 2.5v7.5m0 0 3-3m-3 3-3-3M3 13.5h10",
  sun: "M8 5.2a2.8 2.8 0 1 0 0 5.6 2.8 2.8 0 0 0 0-5.6ZM8 1.5v1.2M8 13.3v1.2M1.5 8h1.2M13.3 8h1.2M3.4 3.4l.9.9M11.7 11.7l.9.9M12.6 3.4l-.9.9M4.3 11.7l-.9.9",
  moon: "M13.2 9.6A5.6 5.6 0 0 1 6.4 2.8a5.6 5.6 0 1 0 6.8 6.8Z",
  chevron: "m4.5 6.5 3.5 3.5 3.5-3.5",
  left: "m9.5 4-4 4 4 4",
  right: "m6.5 4 4 4-4 4",
  filter: "M2.5 4h11M4.5 8h7M6.5 12h3",
  close: "m4.5 4.5 7 7m0-7-7 7",
  table: "M2.5 3.5h11v9h-11zM2.5 6.8h11M6.2 6.8v5.7",
  picture: "M2.5 3.5h11v9h-11zM8.8 3.5v9M8.8 8h4.7",
  copy: "M5.5 5.5h7v8h-7zM10.5 5.5v-3h-7v8h2",
  check: "m3.5 8.5 3 3 6-7",
  open: "M9 3.5h3.5V7M12.5 3.5 7.5 8.5M11 9.5v3H3.5V5h3",
  alert: "M8 2.5 14 13H2ZM8 6.5v3M8 11.3v.2",
  info: "M8 2.2a5.8 5.8 0 1 0 0 11.6A5.8 5.8 0 0 0 8 2.2ZM8 7.3v3.4M8 5.2v.2",
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name, size = 16 }: { name: IconName; size?: number }): ReactElement {
  return (
    <svg width={size} height={size} viewBox="0 0 16 16" fill="none" stroke="currentColor" strokeWidth={1.4} strokeLinecap="round" strokeLinejoin="round" aria-hidden="true">
      <path d={PATHS[name]} />
    </svg>
  );
}
