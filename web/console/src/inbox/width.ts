/** How narrow and how wide the list may be, in px; the server keeps to the same. */
export const NARROWEST = 240;
export const WIDEST = 720;
/** What the style sheet gives it while nobody has chosen. */
export const USUAL = 340;

const STEP = 16;

export function widthWithin(px: number): number {
  return Math.round(Math.min(WIDEST, Math.max(NARROWEST, px)));
}

/** stepOf is how wide a key makes the list; 0 is the usual width again, undefined is no key of ours. */
export function stepOf(key: string, width: number, direction: 1 | -1): number | undefined {
  switch (key) {
    case "ArrowRight":
      return widthWithin(width + STEP * direction);
    case "ArrowLeft":
      return widthWithin(width - STEP * direction);
    case "Home":
      return NARROWEST;
    case "End":
      return WIDEST;
    case "Enter":
      return 0;
  }
  return undefined;
}
