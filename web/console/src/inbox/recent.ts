import { recall, remember } from "../app/storage";

const SHELF = "searches";

/** recentSearches are what was searched for on this device, the last first. */
export function recentSearches(): string[] {
  try {
    const kept: unknown = JSON.parse(recall(SHELF) ?? "[]");
    return Array.isArray(kept) ? kept.filter((q): q is string => typeof q === "string") : [];
  } catch {
    return [];
  }
}

export function keepSearches(all: readonly string[]) {
  remember(SHELF, all.length === 0 ? null : JSON.stringify(all));
}
