/** The navigation. A page enters this list when it exists; until then it has no link. */

export type PageEntry = { label: string; path: string; question: string; owns: (path: string) => boolean };

export const PAGES: readonly PageEntry[] = [
  {
    label: "Map",
    path: "/",
    question: "What do we spend on AI, where, and how sure are we?",
    owns: (path) => path === "/" || path.startsWith("/categories/") || path === "/explain",
  },
  {
    label: "Economics",
    path: "/economics",
    question: "What does one accepted run, customer or plan cost, and does it earn?",
    owns: (path) => path === "/economics",
  },
];
