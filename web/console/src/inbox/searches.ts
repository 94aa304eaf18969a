import { keepSearches, recentSearches } from "./recent";
import { remembered } from "./suggest";

/** keepSearch remembers what was searched for. */
export function keepSearch(q: string) {
  keepSearches(remembered(recentSearches(), q));
}
