import { useSyncExternalStore } from "react";

/** One timer for every waiting time on screen, on the minute. */
class MinuteClock {
  private now = Date.now();
  private timer = 0;
  private readonly listeners = new Set<() => void>();

  subscribe = (fn: () => void) => {
    this.listeners.add(fn);
    if (this.timer === 0) this.arm();
    return () => {
      this.listeners.delete(fn);
      if (this.listeners.size > 0) return;
      window.clearTimeout(this.timer);
      this.timer = 0;
    };
  };

  get = () => this.now;

  private arm() {
    this.now = Date.now();
    this.timer = window.setTimeout(() => {
      this.arm();
      this.listeners.forEach((fn) => fn());
    }, 60_000 - (this.now % 60_000));
  }
}

const clock = new MinuteClock();

export function useMinute(): number {
  return useSyncExternalStore(clock.subscribe, clock.get);
}
