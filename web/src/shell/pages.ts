/** The navigation. A page enters this list when it exists; until then it has no link.
 *
 * Order: Overview, Map, Use cases, Vendors, Economics, Findings, Optimize, Scenarios, Evidence.
 */

export type PageEntry = { label: string; path: string; question: string; owns: (path: string) => boolean };

export const PAGES: readonly PageEntry[] = [
  { label: "Overview", path: "/", question: "What changed, what comes next, what do we decide?", owns: (path) => path === "/" },
  {
    label: "Map",
    path: "/map",
    question: "What do we spend on AI, where, and how sure are we?",
    owns: (path) => path === "/map" || path.startsWith("/categories/") || path === "/explain",
  },
  {
    label: "Use cases",
    path: "/use-cases",
    question: "Is this use case worth its whole cost, and what has nobody answered?",
    owns: (path) => path.startsWith("/use-cases") || path === "/indirect",
  },
  {
    label: "Vendors",
    path: "/vendors",
    question: "Do we pay twice for the same thing, and on purpose?",
    owns: (path) => path === "/vendors" || path.startsWith("/vendors/"),
  },
  {
    label: "Economics",
    path: "/economics",
    question: "What does one accepted run, customer or plan cost, and does it earn?",
    owns: (path) => path === "/economics",
  },
  { label: "Findings", path: "/findings", question: "What should we do first?", owns: (path) => path === "/findings" },
  {
    label: "Optimize",
    path: "/optimize",
    question: "What could we save, who decides, and until when?",
    owns: (path) => path === "/optimize",
  },
  { label: "Scenarios", path: "/scenarios", question: "What if usage doubles, a price changes, the model gets worse?", owns: (path) => path === "/scenarios" },
  {
    label: "Evidence",
    path: "/evidence",
    question: "What is proven, is it fresh, and does it tie to the invoices?",
    owns: (path) => path === "/evidence" || path.startsWith("/evidence/"),
  },
];
