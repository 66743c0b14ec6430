/** Use cases and their cards: reading, and answering from the page. What was written is read again at once. */
import { keepPreviousData, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";

import type { View } from "../state/view";
import { answer, client } from "./client";
import type { Edited } from "./types";

export type ListState = { q: string; sort: string; page: number; open: string | null; owner: string | null };
export type FieldValue = string | string[] | null;
export type Edit = { fields: Record<string, FieldValue>; version: number; evidence?: string | null; validFrom?: string | null };

const asked = (view: View) => ({ basis: view.basis, ...(view.period ? { period: view.period } : {}), ...(view.currency ? { currency: view.currency } : {}) });

export const useUseCases = (view: View, list: ListState) =>
  useQuery({
    queryKey: ["use-cases", asked(view), list],
    queryFn: () =>
      answer(
        client.GET("/api/use-cases", {
          params: {
            query: {
              ...asked(view), q: list.q, sort: list.sort, page: list.page, size: 50,
              ...(list.open ? { open: list.open } : {}), ...(list.owner === null ? {} : { owner: list.owner }),
            },
          },
        }),
      ),
    placeholderData: keepPreviousData,
  });

export const useCard = (id: string, view: View) =>
  useQuery({
    queryKey: ["use-case", id, asked(view)],
    queryFn: () => answer(client.GET("/api/use-cases/{use_case}", { params: { path: { use_case: id }, query: asked(view) } })),
    placeholderData: (before, query) => (query?.queryKey[1] === id ? before : undefined),
  });

export const useWhatIfs = (id: string, view: View, enabled: boolean) =>
  useQuery({
    queryKey: ["what-if", id, asked(view)],
    queryFn: () => answer(client.GET("/api/use-cases/{use_case}/what-if", { params: { path: { use_case: id }, query: asked(view) } })),
    enabled,
    staleTime: 600_000,
  });

/** Change fields of a use case; the card and the list are read again when it is kept. */
export function useEdit(id: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ fields, version, evidence = null, validFrom = null }: Edit): Promise<Edited> =>
      answer(
        client.PATCH("/api/register/{kind}/{entity_id}", {
          params: { path: { kind: "use-cases", entity_id: id } },
          body: { fields, version, evidence, valid_from: validFrom },
        }),
      ),
    onSuccess: async () => {
      await Promise.all([queries.invalidateQueries({ queryKey: ["use-case", id] }), queries.invalidateQueries({ queryKey: ["use-cases"] })]);
    },
  });
}

/** Declare a new use case; `confirm` when it is known to look like another one. */
export function useDeclare() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ fields, confirm }: { fields: Record<string, FieldValue>; confirm: boolean }): Promise<Edited> =>
      answer(client.POST("/api/register/{kind}", { params: { path: { kind: "use-cases" } }, body: { fields, confirm } })),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["use-cases"] }),
  });
}
