/** The sounds are made here, so that nothing has to be loaded: a few tones with a soft beginning and a long end. */
interface Tone {
  at: number;
  hertz: number;
  lasts: number;
  gain: number;
  wave: OscillatorType;
  /** Where the tone glides to. */
  to?: number;
}

const sounds: Record<string, Tone[]> = {
  chime: [
    { at: 0, hertz: 659.25, lasts: 0.7, gain: 0.5, wave: "sine" },
    { at: 0.12, hertz: 987.77, lasts: 0.9, gain: 0.4, wave: "sine" },
    { at: 0.12, hertz: 1975.5, lasts: 0.5, gain: 0.06, wave: "sine" },
  ],
  drop: [{ at: 0, hertz: 880, to: 440, lasts: 0.28, gain: 0.6, wave: "sine" }],
  knock: [
    { at: 0, hertz: 196, to: 130, lasts: 0.13, gain: 0.9, wave: "triangle" },
    { at: 0.16, hertz: 220, to: 146, lasts: 0.15, gain: 0.9, wave: "triangle" },
  ],
};

export const soundNames = Object.keys(sounds);

let context: AudioContext | null = null;

/** play makes a sound; it says whether the browser let it. */
export async function play(name: string, volume: number): Promise<boolean> {
  // A page that nobody has touched may make no sound, and is told so aloud when it only asks.
  if (!("AudioContext" in window) || navigator.userActivation?.hasBeenActive === false) return false;
  context ??= new AudioContext();
  if (context.state !== "running") {
    // Where nobody has touched the page the promise may stay open for ever.
    await Promise.race([context.resume(), new Promise((done) => window.setTimeout(done, 300))]);
  }
  if ((context.state as AudioContextState) !== "running") return false;
  const out = context.createGain();
  out.gain.value = (volume / 100) ** 2;
  out.connect(context.destination);
  for (const tone of sounds[name] ?? sounds.chime ?? []) sing(context, out, tone);
  return true;
}

function sing(ctx: AudioContext, out: AudioNode, tone: Tone) {
  const from = ctx.currentTime + 0.02 + tone.at;
  const wave = ctx.createOscillator();
  const loud = ctx.createGain();
  wave.type = tone.wave;
  wave.frequency.setValueAtTime(tone.hertz, from);
  if (tone.to) wave.frequency.exponentialRampToValueAtTime(tone.to, from + tone.lasts);
  loud.gain.setValueAtTime(0, from);
  loud.gain.linearRampToValueAtTime(tone.gain, from + 0.012);
  loud.gain.exponentialRampToValueAtTime(0.0001, from + tone.lasts);
  wave.connect(loud).connect(out);
  wave.start(from);
  wave.stop(from + tone.lasts + 0.05);
}
