/** Dimensions and their values in words. */
import type { Workspace } from "../api/types";

const WORDS: Record<string, string> = {
  category: "Category", vendor: "Vendor", vendor_account: "Vendor account", vendor_product: "Product bought", supplier_name: "Supplier", provider_name: "Provider", service_name: "Service", model: "Model",
  tool: "Tool", agent: "Agent", use_case: "Use case", department: "Department", cost_center: "Cost centre", owner: "Owner", environment: "Environment",
  source_name: "Source", origin: "Origin", layer: "Layer", method: "Method", standing: "Standing", evidence: "Evidence", month: "Month", scope: "Scope",
};

export function dimensionWords(dimension: string): string {
  return WORDS[dimension] ?? dimension;
}

/** What a value is called on a page; the empty value is the one nobody knows. */
export function valueLabel(workspace: Workspace | undefined, dimension: string, value: string | null): string {
  if (value === null || value === "") return `no ${dimensionWords(dimension).toLowerCase()}`;
  return workspace?.dimensions[dimension]?.find(({ id }) => id === value)?.label ?? value;
}
