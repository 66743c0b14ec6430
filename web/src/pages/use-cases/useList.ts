/** The list's own state in the address: search, order, page, which question is open, whose. */
import { useCallback, useMemo } from "react";
import { useLocation, useSearch } from "wouter";

import type { ListState } from "../../api/useCases";

const DEFAULT_SORT = "-direct";

export function useList(): { list: ListState; change: (patch: Partial<ListState>) => void } {
  const search = useSearch();
  const [path, navigate] = useLocation();
  const list = useMemo(() => read(search), [search]);
  const change = useCallback(
    (patch: Partial<ListState>) => {
      const next = { ...list, page: 1, ...patch };
      const query = new URLSearchParams(search);
      put(query, "q", next.q);
      put(query, "sort", next.sort === DEFAULT_SORT ? "" : next.sort);
      put(query, "page", next.page > 1 ? String(next.page) : "");
      put(query, "open", next.open ?? "");
      if (next.owner === null) query.delete("owner");
      else query.set("owner", next.owner);
      const text = query.toString();
      // Typing in the search box is one step of the way back, not one per letter.
      navigate(text ? `${path}?${text}` : path, { replace: "q" in patch });
    },
    [list, search, path, navigate],
  );
  return { list, change };
}

function read(search: string): ListState {
  const query = new URLSearchParams(search);
  return {
    q: query.get("q") ?? "",
    sort: query.get("sort") || DEFAULT_SORT,
    page: Math.max(1, Number.parseInt(query.get("page") ?? "1", 10) || 1),
    open: query.get("open"),
    owner: query.get("owner"),
  };
}

function put(query: URLSearchParams, name: string, value: string): void {
  if (value) query.set(name, value);
  else query.delete(name);
}
