/** The page's state, read from and written to the URL. Each change is a step the back button undoes. */
import { useCallback, useMemo } from "react";
import { useLocation, useSearch } from "wouter";

import { EXPLAIN_PATH } from "./explainAddress";
import { encodePairs, formatView, parseView, type View } from "./view";

/** What a list keeps in the address besides the view: its search, order, page and narrowing. */
const LIST_PARAMETERS: ReadonlySet<string> = new Set(["q", "sort", "page", "open", "owner"]);

export type ViewPatch = Partial<View>;

export type ViewState = {
  view: View;
  path: string;
  /** Address of another page, or of this one, with the state changed by `patch`. */
  href: (patch: ViewPatch, path?: string) => string;
  update: (patch: ViewPatch, options?: { replace?: boolean }) => void;
};

export function useView(): ViewState {
  const search = useSearch();
  const [path, navigate] = useLocation();
  const view = useMemo(() => parseView(search), [search]);
  const href = useCallback(
    (patch: ViewPatch, target = path) => {
      const figure = target === EXPLAIN_PATH && target === path ? new URLSearchParams(search).get("figure") : null;
      const own = target === path ? encodePairs([...new URLSearchParams(search)].filter(([name]) => LIST_PARAMETERS.has(name))) : "";
      const query = [figure ? encodePairs([["figure", figure]]) : "", own, formatView({ ...view, ...patch })].filter(Boolean).join("&");
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
