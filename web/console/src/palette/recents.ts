import { recall, remember } from "../app/storage";

/** What one went to by the palette; it can be gone to again by its address alone. */
export interface Recent {
  key: string;
  label: string;
  href: string;
}

const MOST = 6;
const KEY = "recent";

export function recents(): Recent[] {
  try {
    const kept = JSON.parse(recall(KEY) ?? "[]") as unknown;
    return Array.isArray(kept) ? kept.filter(isRecent).slice(0, MOST) : [];
  } catch {
    return [];
  }
}

export function keepRecent(r: Recent) {
  remember(KEY, JSON.stringify([r, ...recents().filter((x) => x.key !== r.key)].slice(0, MOST)));
}

/** Storage is anybody's at this browser: only paths of our own are followed. */
function isRecent(v: unknown): v is Recent {
  const r = v as Recent;
  return typeof v === "object" && v !== null && [r.key, r.label, r.href].every((s) => typeof s === "string") && /^\/(?!\/)/u.test(r.href);
}
