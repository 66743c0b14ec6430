/** The page's own state, beside the figures' filters and like them in the URL: group, search, order, page, open row. */
import { useCallback, useMemo } from "react";
import { useLocation, useSearch } from "wouter";

import type { VendorsAsked } from "../../api/client";

export type VendorsState = VendorsAsked & { open: string | null };
const DEFAULTS: VendorsState = { by: "capability", q: "", sort: "-cost", page: 1, open: null };

export function parseVendors(search: string): VendorsState {
  const query = new URLSearchParams(search);
  return {
    by: query.get("by") === "department" ? "department" : "capability",
    q: query.get("q") ?? "",
    sort: query.get("sort") || DEFAULTS.sort,
    page: Math.max(1, Number.parseInt(query.get("page") ?? "1", 10) || 1),
    open: query.get("open"),
  };
}

/** The query text with the page's state changed; what is at its default is left out, everything else is kept. */
export function withVendors(search: string, patch: Partial<VendorsState>): string {
  const query = new URLSearchParams(search);
  const next = { ...parseVendors(search), ...patch };
  for (const name of ["by", "q", "sort", "page", "open"] as const) {
    if (next[name] === DEFAULTS[name] || next[name] === null) query.delete(name);
    else query.set(name, String(next[name]));
  }
  return query.toString().replaceAll("%3A", ":");
}

export function useVendorsView(): { state: VendorsState; set: (patch: Partial<VendorsState>, options?: { replace?: boolean }) => void } {
  const search = useSearch();
  const [path, navigate] = useLocation();
  const state = useMemo(() => parseVendors(search), [search]);
  const set = useCallback(
    (patch: Partial<VendorsState>, options?: { replace?: boolean }) => {
      const query = withVendors(search, patch);
      navigate(query ? `${path}?${query}` : path, { replace: options?.replace ?? false });
    },
    [search, path, navigate],
  );
  return { state, set };
}
