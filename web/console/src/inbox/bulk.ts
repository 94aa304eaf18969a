import { api, Problem } from "../api/http";
import type { Id, Priority, Status } from "../api/types";
import { recall, remember } from "../app/storage";
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
  /** Ended by the agent before it was through. */
  stopped?: boolean;
  /** How many came or changed after they were counted, and the first of them: nothing was done to these. */
  left_out?: number;
  left?: Failure[];
}

/** Run is a bulk act under way, or one that ended with something to say. */
export interface Run extends Answer {
  what: Do;
  undoes: boolean;
}

/** Where an act that goes on is kept over a reload. */
const KEPT = "bulk";

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
  private kept: Run | undefined = keptRun();

  constructor(live: Live) {
    super([]);
    if (this.kept) this.set([this.kept]);
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

  /** takeUp goes on with the act that was under way when the page was left; once. */
  takeUp(store: ListStore): Promise<Ended> | undefined {
    const { kept } = this;
    this.kept = undefined;
    return kept && this.follow(kept, store, []);
  }

  /** stop ends an act where it is. What is done stays, and has its undo. */
  async stop({ id }: Run): Promise<void> {
    const now = await api.post<Answer>(`/bulk/${id}/stop`);
    const run = this.get().find((r) => r.id === id);
    if (run) this.replace({ ...run, ...now });
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
    const run: Run = { ...answer, ...about };
    this.set([...this.get(), run]);
    return this.follow(run, store, before);
  }

  /** follow sees an act through. */
  private async follow(begun: Run, store: ListStore, before: Ticket[]): Promise<Ended> {
    let run = begun;
    if (run.state === "running") keep(run);
    while (run.state === "running") {
      await new Promise((next) => setTimeout(next, ASK_AFTER));
      // A network that is away for a moment ends nothing: the act goes on at the server.
      const now = await api.get<Answer>(`/bulk/${run.id}`).catch((err: unknown) => gone(err));
      if (now) this.replace((run = { ...run, ...now }));
    }
    if (keptRun()?.id === run.id) remember(KEPT, null);
    const spared = new Set([...run.failed, ...(run.left ?? [])].map((f) => f.ticket));
    store.putBack(run.stopped ? before : before.filter((t) => spared.has(t.id)));
    if (spared.size === 0) this.drop(run.id);
    if (run.total > before.length || spared.size > 0 || run.stopped || run.undoes) void store.load();
    return { run, undo: run.undoable && run.done > 0 && !run.undoes ? () => this.undo(run, store, before) : undefined };
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

/** gone tells of an act that there is not: it is another agent's, or too old. */
function gone(err: unknown): Partial<Answer> | null {
  return err instanceof Problem && err.status === 404 ? { state: "done", undoable: false } : null;
}

/** keep notes the newest act under way, without a word of what it is about. */
function keep({ id, total, what, undoes }: Run) {
  remember(KEPT, JSON.stringify({ id, total, what, undoes }));
}

function keptRun(): Run | undefined {
  try {
    const run = JSON.parse(recall(KEPT) ?? "null") as Run | null;
    return run?.id && run.what ? { ...run, done: 0, failed: [], state: "running" } : undefined;
  } catch {
    return undefined;
  }
}

const all = new WeakMap<Live, Bulks>();

export function bulksOf(live: Live): Bulks {
  const known = all.get(live) ?? new Bulks(live);
  all.set(live, known);
  return known;
}
