/** Query parameters of one page, beside the shared state. A changed shared control closes what they had opened. */
import { useLocation, useSearch } from "wouter";

import { encodePairs, formatView } from "./view";
import { useView } from "./useView";

export type Params = { get: (name: string) => string | null; href: (changes: Record<string, string | null>) => string; set: (changes: Record<string, string | null>) => void };

export function useParams(names: readonly string[]): Params {
  const search = useSearch();
  const [path, navigate] = useLocation();
  const { view } = useView();
  const query = new URLSearchParams(search);
  const href = (changes: Record<string, string | null>) => {
    const own = names.flatMap((name): [string, string][] => {
      const value = name in changes ? (changes[name] ?? null) : query.get(name);
      return value ? [[name, value]] : [];
    });
    const text = [formatView({ ...view, explain: null }), encodePairs(own)].filter(Boolean).join("&");
    return text ? `${path}?${text}` : path;
  };
  return { get: (name) => query.get(name), href, set: (changes) => navigate(href(changes)) };
}
