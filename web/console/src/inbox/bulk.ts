import { api, Problem } from "../api/http";
import type { Id, Priority, Status } from "../api/types";
import { uuid } from "../../../shared/src/ids";
import { Store } from "../live/store";
import type { Live } from "../live/live";
import type { Ticket } from "../live/list";
import type { ListStore } from "./listStore";
import { has, nothing } from "./selection";

/** Do is one act on many tickets. */
export type Do =
  | { kind: "resolve" }
  | { kind: "reopen" }
  | { kind: "status"; status: Status }
  | { kind: "assign"; agent?: Id; team?: Id }
  | { kind: "priority"; priority: Priority }
  | { kind: "tag"; add?: string[]; remove?: string[] }
  | { kind: "snooze"; until: string };

export interface Failure {
  ticket: Id;
  number: number;
  subject: string;
  code: string;
  detail: string;
}

interface Answer {
  id: Id;
  total: number;
  done: number;
  failed: Failure[];
  state: "running" | "done";
  undoable?: boolean;
}

/** Run is a bulk act under way, or one that ended with something to say. */
export interface Run extends Answer {
  what: Do;
  undoes: boolean;
}

export interface Ended {
  run: Run;
  /** Takes everything back that nobody changed since. */
  undo: (() => Promise<Ended>) | undefined;
}

/** As many tickets as one act may be done to. */
export const MOST = 5000;

/** Counted is how many tickets a list holds, and as of when. */
export interface Counted {
  count: number;
  more: boolean;
  as_of: number;
}

/** countOf is where the server counts what a list holds. */
export function countOf({ source }: ListStore): string {
  const { view, status, q } = source.query;
  const query = new URLSearchParams({ ...(view ? { view } : {}), ...(status ? { status } : {}), ...(q ? { q } : {}) });
  return `/tickets/count?${query}`;
}

const ASK_AFTER = 1500;
/** As many ids as the server takes in one act. */
const MOST_IDS = 1000;

/** Before each further try of an act that was not answered. */
const AGAIN_AFTER = [1000, 3000, 6000];

/** ask begins an act. Its answer may be lost on the way: asked for again under the same name it is still one act. */
async function ask(path: string, body: object = {}): Promise<Answer> {
  const named = { ...body, client_id: uuid() };
  for (const wait of AGAIN_AFTER) {
    try {
      return await api.post<Answer>(path, named);
    } catch (err) {
      if (!(err instanceof Problem) || (err.status !== 0 && err.status < 500)) throw err;
    }
    await new Promise((next) => setTimeout(next, wait));
  }
  return api.post<Answer>(path, named);
}

/** Bulks are the acts on many tickets: they go on at the server while other lists are on screen. */
export class Bulks extends Store<Run[]> {
  constructor(live: Live) {
    super([]);
    live.onFrame("bulk", (f) => {
      const run = this.get().find((r) => r.id === f.id);
      if (run) this.replace({ ...run, total: Number(f.total ?? run.total), done: Number(f.done ?? run.done) });
    });
  }

  /** act does something to all that are chosen: on screen at once; what was refused comes back. */
  async act(store: ListStore, what: Do, change: (t: Ticket) => Partial<Ticket>, asOf?: number): Promise<Ended> {
    const { source } = store;
    const chosen = store.chosen.get();
    const rows = store.get().rows.filter((r) => has(chosen, r.id));
    const before = store.acted(rows.map((r) => r.id), change);
    store.chosen.patch(nothing);
    const { view, status, q } = source.query;
    // More than a list of ids may hold, but all that the view has, is the view.
    const whole = chosen.all || (chosen.ids.size > MOST_IDS && store.get().next === undefined && rows.length === store.get().rows.length && !source.linked);
    const which = whole ? { select: { view, ...(status ? { status: status.split(",") } : {}), ...(q ? { q } : {}) }, ...(chosen.all ? { except: [...chosen.ids] } : {}), ...(asOf ? { as_of: asOf } : {}) } : { ids: [...chosen.ids] };
    return this.run({ what, undoes: false }, () => ask("/tickets/bulk", { ...which, do: what }), store, before);
  }

  /** again tries what failed once more. */
  again(run: Run, store: ListStore): Promise<Ended> {
    this.drop(run.id);
    return this.run({ what: run.what, undoes: false }, () => ask("/tickets/bulk", { ids: run.failed.map((f) => f.ticket), do: run.what }), store, []);
  }

  drop(id: Id) {
    this.set(this.get().filter((r) => r.id !== id));
  }

  private async run(about: Pick<Run, "what" | "undoes">, begin: () => Promise<Answer>, store: ListStore, before: Ticket[]): Promise<Ended> {
    let answer: Answer;
    try {
      answer = await begin();
    } catch (err) {
      store.putBack(before);
      throw err;
    }
    let run: Run = { ...answer, ...about };
    this.set([...this.get(), run]);
    while (run.state === "running") {
      await new Promise((next) => setTimeout(next, ASK_AFTER));
      // A network that is away for a moment ends nothing: the act goes on at the server.
      const now = await api.get<Answer>(`/bulk/${run.id}`).catch(() => null);
      if (now) this.replace((run = { ...run, ...now }));
    }
    const failed = new Set(run.failed.map((f) => f.ticket));
    store.putBack(before.filter((t) => failed.has(t.id)));
    if (failed.size === 0) this.drop(run.id);
    if (run.total > before.length || failed.size > 0 || about.undoes) void store.load();
    return { run, undo: run.undoable && run.done > 0 && !about.undoes ? () => this.undo(run, store, before) : undefined };
  }

  private undo(run: Run, store: ListStore, before: Ticket[]): Promise<Ended> {
    this.drop(run.id);
    store.putBack(before);
    return this.run({ what: run.what, undoes: true }, () => ask(`/bulk/${run.id}/undo`), store, []);
  }

  private replace(run: Run) {
    this.set(this.get().map((r) => (r.id === run.id ? run : r)));
  }
}

const all = new WeakMap<Live, Bulks>();

export function bulksOf(live: Live): Bulks {
  const known = all.get(live) ?? new Bulks(live);
  all.set(live, known);
  return known;
}
