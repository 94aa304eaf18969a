/** Selection is which tickets of a list are chosen: some of them, or all of the view but some. */
export interface Selection {
  ids: ReadonlySet<string>;
  /** All of the view are chosen, also those that were never loaded; then ids are the exceptions. */
  all: boolean;
  /** Where a range begins. */
  anchor: string | null;
}

export const nothing: Selection = { ids: new Set(), all: false, anchor: null };

export function has(s: Selection, id: string): boolean {
  return s.ids.has(id) !== s.all;
}

export function isEmpty(s: Selection): boolean {
  return !s.all && s.ids.size === 0;
}

export function toggle(s: Selection, id: string): Selection {
  const ids = new Set(s.ids);
  if (!ids.delete(id)) ids.add(id);
  return { ...s, ids, anchor: id };
}

/** choose takes rows in, or lets them go, whatever was before. */
export function choose(s: Selection, ids: readonly string[], on: boolean): Selection {
  const next = new Set(s.ids);
  for (const id of ids) {
    if (on !== s.all) next.add(id);
    else next.delete(id);
  }
  return { ...s, ids: next };
}

/** extend chooses what lies between the anchor and a row, and lets go of what the range had beyond it. */
export function extend(s: Selection, rows: readonly string[], to: string, before?: string): Selection {
  const end = rows.indexOf(to);
  if (end < 0) return s;
  const anchor = s.anchor !== null && rows.includes(s.anchor) ? s.anchor : to;
  const start = rows.indexOf(anchor);
  const was = before === undefined ? -1 : rows.indexOf(before);
  const cleared = was < 0 ? s : choose(s, between(rows, start, was), false);
  return { ...choose(cleared, between(rows, start, end), true), anchor };
}

function between(rows: readonly string[], a: number, b: number): readonly string[] {
  return rows.slice(Math.min(a, b), Math.max(a, b) + 1);
}

export function chooseLoaded(rows: readonly string[]): Selection {
  return { ids: new Set(rows), all: false, anchor: rows[0] ?? null };
}

export function chooseView(anchor: string | null = null): Selection {
  return { ids: new Set(), all: true, anchor };
}

/** kept lets go of rows that are no longer in the list: nobody acts on what they do not see. */
export function kept(s: Selection, rows: readonly string[]): Selection {
  if (s.all || s.ids.size === 0) return s;
  const there = new Set(rows);
  const ids = [...s.ids].filter((id) => there.has(id));
  return ids.length === s.ids.size ? s : { ...s, ids: new Set(ids) };
}

/** size is how many are chosen; undefined when nobody has counted the view. */
export function size(s: Selection, total: number | undefined): number | undefined {
  if (!s.all) return s.ids.size;
  return total === undefined ? undefined : Math.max(0, total - s.ids.size);
}
