/** The page's state, read from and written to the URL. Each change is a step the back button undoes. */
import { useCallback, useMemo } from "react";
import { useLocation, useSearch } from "wouter";

import { EXPLAIN_PATH } from "./explainAddress";
import { ownPairs, type Pairs } from "./own";
import { encodePairs, formatView, parseView, type View } from "./view";

export type ViewPatch = Partial<View>;

export type ViewState = {
  view: View;
  path: string;
  /** Address of another page, or of this one, with the state changed by `patch`; `own` are parameters of the other page only. */
  href: (patch: ViewPatch, path?: string, own?: Pairs) => string;
  update: (patch: ViewPatch, options?: { replace?: boolean }) => void;
};

export function useView(): ViewState {
  const search = useSearch();
  const [path, navigate] = useLocation();
  const view = useMemo(() => parseView(search), [search]);
  const href = useCallback(
    (patch: ViewPatch, target = path, own: Pairs = []) => {
      const query = [encodePairs([...keptPairs(search, path, target), ...own]), formatView({ ...view, ...patch })].filter(Boolean).join("&");
      return query ? `${target}?${query}` : target;
    },
    [view, path, search],
  );
  const update = useCallback(
    (patch: ViewPatch, options?: { replace?: boolean }) => navigate(href(patch), { replace: options?.replace ?? false }),
    [navigate, href],
  );
  return { view, path, href, update };
}

/** What stays in the address beside the shared state: on the same page its own parameters; of an explanation only which figure it is. */
function keptPairs(search: string, path: string, target: string): [string, string][] {
  if (target !== path) return [];
  return target === EXPLAIN_PATH ? ownPairs(search).filter(([name]) => name === "figure") : ownPairs(search);
}
