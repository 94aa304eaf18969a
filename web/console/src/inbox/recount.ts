/** A change seldom comes alone: the counts are asked for a moment after the first. */
const AFTER = 2_000;
/** On a busy desk they are asked for this often at most. */
const PACE = 20_000;
/** Whoever has done nothing for so long looks at no badge. */
const AWAY = 5 * 60_000;
/** What only the clock changes is asked for this often, while somebody is there. */
const BY_CLOCK = 5 * 60_000;

const ACTS = ["pointermove", "pointerdown", "keydown", "wheel", "touchstart"] as const;

/** byTime tells whether time alone moves tickets into a view or out of it. */
export function byTime(query: string): boolean {
  return /\b(waiting|before|after|created):[^\s"]*\d[mhdw]\b/u.test(query);
}

/**
 * Recount asks for counts when something changed and somebody is there to see it: soon after the first change, at a pace
 * while more follow, and never while the console is hidden or left alone. What it put off, it asks for when they are back.
 */
export class Recount {
  private readonly ask: () => void;
  private readonly off = new AbortController();
  private readonly clock: number;
  private timer = 0;
  private asked = -Infinity;
  private acted = performance.now();
  private due = false;

  constructor(ask: () => void, timed: boolean) {
    this.ask = ask;
    const { signal } = this.off;
    document.addEventListener("visibilitychange", this.back, { signal });
    for (const act of ACTS) window.addEventListener(act, this.back, { capture: true, passive: true, signal });
    this.clock = timed ? window.setInterval(this.stirred, BY_CLOCK) : 0;
  }

  stop() {
    this.off.abort();
    window.clearTimeout(this.timer);
    window.clearInterval(this.clock);
  }

  /** stirred is told that the counts may be others. */
  readonly stirred = () => {
    if (this.timer !== 0) return;
    if (document.hidden || performance.now() - this.acted > AWAY) {
      this.due = true;
      return;
    }
    const wait = Math.max(AFTER, this.asked + PACE - performance.now());
    this.timer = window.setTimeout(() => {
      this.timer = 0;
      if (document.hidden) this.due = true;
      else this.now();
    }, wait);
  };

  private now() {
    this.due = false;
    this.asked = performance.now();
    this.ask();
  }

  private readonly back = () => {
    if (document.hidden) return;
    this.acted = performance.now();
    if (!this.due) return;
    this.due = false;
    this.stirred();
  };
}
