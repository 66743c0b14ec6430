/** Read and write the page's own parameters. Each change is a step the back button undoes, unless it replaces. */
import { useCallback, useMemo } from "react";
import { useLocation, useSearch } from "wouter";

import { ownPairs, withOwn, type Pairs } from "./own";
import { encodePairs, formatView } from "./view";
import { useView } from "./useView";

export type OwnPatch = Record<string, string | readonly string[] | null>;

export type OwnState = {
  first: (name: string) => string | null;
  all: (name: string) => string[];
  /** This page's address with some of its own parameters changed. */
  hrefWith: (patch: OwnPatch) => string;
  set: (patch: OwnPatch, options?: { replace?: boolean }) => void;
  /** Another page's address with its own parameters, in the same period, basis and scope. */
  linkTo: (path: string, pairs: Pairs) => string;
};

export function useOwn(): OwnState {
  const search = useSearch();
  const [path, navigate] = useLocation();
  const { view } = useView();
  const pairs = useMemo(() => ownPairs(search), [search]);
  const linkTo = useCallback(
    (target: string, own: Pairs) => {
      const query = [encodePairs(own), formatView({ ...view, explain: null })].filter(Boolean).join("&");
      return query ? `${target}?${query}` : target;
    },
    [view],
  );
  const hrefWith = useCallback((patch: OwnPatch) => linkTo(path, withOwn(pairs, patch)), [linkTo, path, pairs]);
  return {
    first: (name) => pairs.find(([each]) => each === name)?.[1] ?? null,
    all: (name) => pairs.filter(([each]) => each === name).map(([, value]) => value),
    hrefWith,
    set: (patch, options) => navigate(hrefWith(patch), { replace: options?.replace ?? false }),
    linkTo,
  };
}
