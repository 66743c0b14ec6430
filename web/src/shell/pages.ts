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
    label: "Optimize",
    path: "/optimize",
    question: "What could we save, who decides, and until when?",
    owns: (path) => path === "/optimize",
  },
  {
    label: "Evidence",
    path: "/evidence",
    question: "What is proven, is it fresh, and does it tie to the invoices?",
    owns: (path) => path === "/evidence" || path.startsWith("/evidence/"),
  },
];
