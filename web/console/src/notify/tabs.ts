/** What a console tells the others of the same browser about itself. */
interface Said {
  tab: string;
  focused: boolean;
  ticket: string;
  /** Somebody pressed or typed in it, so that it may make sounds. */
  touched: boolean;
  /** Who shall make a sound, and which. */
  play?: { tab: string; name: string; volume: number };
  gone?: boolean;
}

/** Tabs are the consoles of one agent in one browser. One of them leads, and what one does for all is done once. */
export class Tabs {
  readonly id = crypto.randomUUID();
  leads = false;
  private readonly others = new Map<string, Said>();
  private readonly channel: BroadcastChannel | null;
  private readonly end = new AbortController();
  private me: Omit<Said, "tab"> = { focused: false, ticket: "", touched: false };

  constructor(
    agent: string,
    private readonly play: (name: string, volume: number) => void,
  ) {
    const name = `heard.notify.${agent}`;
    this.channel = "BroadcastChannel" in window ? new BroadcastChannel(name) : null;
    if (this.channel) this.channel.onmessage = (e) => this.heard(e.data as Said);
    if (!("locks" in navigator)) {
      this.leads = true;
      return;
    }
    navigator.locks
      .request(name, { signal: this.end.signal }, () => {
        this.leads = true;
        return new Promise<void>((done) => this.end.signal.addEventListener("abort", () => done()));
      })
      .catch(() => undefined);
  }

  /** say tells the others what is on this one's screen. */
  say(me: Omit<Said, "tab" | "play" | "gone">) {
    this.me = me;
    this.post({ ...me, tab: this.id });
  }

  focused(): boolean {
    return this.all().some((t) => t.focused);
  }

  /** shows tells whether a ticket is on a screen that somebody looks at. */
  shows(ticket: string): boolean {
    return ticket !== "" && this.all().some((t) => t.focused && t.ticket === ticket);
  }

  /** sound is made by the console that has the focus, else by one that may make sounds: browsers want to be touched first. */
  sound(name: string, volume: number) {
    const all = this.all();
    const who = all.find((t) => t.focused && t.touched) ?? all.find((t) => t.tab === this.id && t.touched) ?? all.find((t) => t.touched);
    if (who === undefined || who.tab === this.id) this.play(name, volume);
    else this.post({ ...this.me, tab: this.id, play: { tab: who.tab, name, volume } });
  }

  stop() {
    this.post({ ...this.me, tab: this.id, gone: true });
    this.channel?.close();
    this.end.abort();
    this.leads = false;
  }

  private all(): Said[] {
    return [{ ...this.me, tab: this.id }, ...this.others.values()];
  }

  /** A page that is being left still hears that it is hidden now: nobody needs to know. */
  private post(said: Said) {
    if (!this.end.signal.aborted) this.channel?.postMessage(said);
  }

  private heard(said: Said) {
    if (said.gone) return void this.others.delete(said.tab);
    const fresh = !this.others.has(said.tab);
    const { play, ...about } = said;
    this.others.set(said.tab, about);
    if (fresh) this.post({ ...this.me, tab: this.id });
    if (play?.tab === this.id) this.play(play.name, play.volume);
  }
}
