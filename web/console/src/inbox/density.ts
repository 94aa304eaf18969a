import type { Density } from "../app/preferences";

/** The height of a row, which the style sheet has too. */
export const rowHeight: Record<Density, number> = { comfortable: 68, compact: 40 };
