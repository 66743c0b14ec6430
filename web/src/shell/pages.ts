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
    label: "Use cases",
    path: "/use-cases",
    question: "Is this use case worth its whole cost, and what has nobody answered?",
    owns: (path) => path.startsWith("/use-cases"),
  },
];
