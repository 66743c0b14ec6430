/** The API as cached queries. A changed filter keeps the old picture, dimmed, until the new one is there. */
import { keepPreviousData, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";

import { apiPairs, encodePairs, type Explained, type View } from "../state/view";
import { confirmSupplier, decide, load, nameVendor, narrowed, type FindingsAsked, type VendorsAsked } from "./client";
import type { DecisionAsked } from "./types";

/** What of the state an answer depends on; a chosen picture or an open drawer asks nothing anew. */
const key = (view: View) => encodePairs(apiPairs(view));

export const useWorkspace = () => useQuery({ queryKey: ["workspace"], queryFn: load.workspace });

export const useMap = (view: View) => useQuery({ queryKey: ["map", key(view)], queryFn: () => load.map(view), placeholderData: keepPreviousData });

export const useMonths = (view: View, enabled: boolean) =>
  useQuery({ queryKey: ["months", key(view)], queryFn: () => load.months(view), placeholderData: keepPreviousData, enabled });

export const useFlow = (view: View, enabled: boolean) =>
  useQuery({ queryKey: ["flow", key(view)], queryFn: () => load.flow(view), placeholderData: keepPreviousData, enabled });

export const useCategory = (id: string, view: View) =>
  useQuery({
    queryKey: ["category", id, view.group, key(view)],
    queryFn: () => load.category(id, view),
    // Another category's figures under this one's name would be wrong, so only the same category's are kept.
    placeholderData: (before, query) => (query?.queryKey[1] === id ? before : undefined),
  });

export const useExplanation = (explained: Explained, view: View) =>
  useQuery({
    queryKey: ["explain", explained.figure, key(narrowed(explained, view)), explained.page, explained.sort],
    queryFn: () => load.explain(explained, view),
    placeholderData: (before, query) => (query?.queryKey[1] === explained.figure && query.queryKey[2] === key(narrowed(explained, view)) ? before : undefined),
  });

export const useOriginRows = (originKey: string, page: number) =>
  useQuery({ queryKey: ["origin", originKey, page], queryFn: () => load.originRows(originKey, page), placeholderData: keepPreviousData });

export const useVendors = (ask: VendorsAsked, view: View) =>
  useQuery({ queryKey: ["vendors", ask.by, ask.q, ask.sort, ask.page, key(view)], queryFn: () => load.vendors(ask, view), placeholderData: keepPreviousData });

export const useVendor = (vendor: string, view: View) =>
  useQuery({
    queryKey: ["vendor", vendor, key(view)],
    queryFn: () => load.vendor(vendor, view),
    placeholderData: (before, query) => (query?.queryKey[1] === vendor ? before : undefined),
  });

export const useLeader = (view: View) => useQuery({ queryKey: ["leader", key(view)], queryFn: () => load.leader(view), placeholderData: keepPreviousData });

export const useFindings = (asked: FindingsAsked) => useQuery({ queryKey: ["findings", asked], queryFn: () => load.findings(asked), placeholderData: keepPreviousData });

/** One finding, on whichever page of the list it is. */
export const useFinding = (id: string) => useQuery({ queryKey: ["findings", "one", id], queryFn: () => load.finding(id) });

/** A replay takes seconds on a large ledger, so it is asked for only when a page says so, and kept. */
export const useScenario = (changes: readonly string[], view: View, enabled = true) =>
  useQuery({
    queryKey: ["scenario", [...changes].sort().join("&"), view.period, view.basis, view.currency],
    queryFn: () => load.scenario(changes, view),
    placeholderData: keepPreviousData,
    staleTime: Infinity,
    enabled,
  });

/** Every list that tells a finding's state, by the first word of its query: they are read again after a decision. */
export const TELL_FINDINGS = ["findings", "leader", "use-case", "use-cases", "vendors", "vendor"];

/** Record a decision; every page that tells of findings is then read again. */
export function useDecide(findingId: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (asked: DecisionAsked) => decide(findingId, asked),
    onSuccess: () => Promise.all(TELL_FINDINGS.map((name) => queries.invalidateQueries({ queryKey: [name] }))),
  });
}

/** Say that a supplier is AI, or is not: one rule of the company. The map follows with the next allocation. */
export const useConfirmSupplier = () => useMutation({ mutationFn: confirmSupplier });

/** Say that a supplier is a vendor by another name: one alias in the register. */
export const useNameVendor = () => useMutation({ mutationFn: nameVendor });

const economicsKey = (view: View) => [view.period, view.basis, view.currency, view.economics.layers.join()];

export const useEconomics = (view: View, per: string, more: { sort?: string; page?: number; size?: number } = {}) =>
  useQuery({
    queryKey: ["economics", per, ...economicsKey(view), more],
    queryFn: () => load.economics(view, per, more),
    // Rows of another kind of thing under this heading would be wrong.
    placeholderData: (before, query) => (query?.queryKey[1] === per ? before : undefined),
  });

export const useEconomicsOverview = (view: View) =>
  useQuery({ queryKey: ["economics", "overview", ...economicsKey(view)], queryFn: () => load.economicsOverview(view), placeholderData: keepPreviousData });

export const usePlays = (kind: string | null, sort: string) =>
  useQuery({ queryKey: ["optimize", kind, sort], queryFn: () => load.optimize(kind, sort), placeholderData: keepPreviousData });

export const useReadiness = (period: string | null) =>
  useQuery({ queryKey: ["readiness", period], queryFn: () => load.readiness(period), placeholderData: keepPreviousData });

export const useSources = () => useQuery({ queryKey: ["sources"], queryFn: load.sources });

export const useReconcile = () => useQuery({ queryKey: ["reconcile", "all"], queryFn: () => load.reconcile("all") });

export const useSplits = (view: View, useCase: string | null) =>
  useQuery({ queryKey: ["splits", useCase, view.period, view.basis, view.currency], queryFn: () => load.splits(view, useCase), placeholderData: keepPreviousData });
