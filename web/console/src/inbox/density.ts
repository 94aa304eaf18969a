import { recall, remember } from "../app/storage";
import { Store, useStore } from "../live/store";

export type Density = "comfortable" | "compact";

/** The height of a row, which the style sheet has too. */
export const rowHeight: Record<Density, number> = { comfortable: 68, compact: 40 };

const chosen = new Store<Density>(recall("density") === "compact" ? "compact" : "comfortable");

/** useDensity is how close rows stand, as the reader chose it. */
export function useDensity(): [Density, (d: Density) => void] {
  const density = useStore(chosen);
  return [
    density,
    (d) => {
      chosen.set(d);
      remember("density", d === "comfortable" ? null : d);
    },
  ];
}
