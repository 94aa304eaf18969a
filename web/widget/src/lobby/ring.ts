let context: AudioContext | undefined;

/** Two soft tones, made here: no file to fetch. Browsers stay silent until the visitor has touched the panel. */
export function ring(): void {
	context ??= new AudioContext();
	const { currentTime: now, destination } = context;
	for (const [i, pitch] of [659, 880].entries()) {
		const tone = new OscillatorNode(context, { frequency: pitch });
		const volume = new GainNode(context, { gain: 0 });
		volume.gain.linearRampToValueAtTime(0.12, now + i * 0.12 + 0.01);
		volume.gain.exponentialRampToValueAtTime(0.001, now + i * 0.12 + 0.4);
		tone['connect'](volume)['connect'](destination); // quoted: the build shortens words of ours that are written alike
		tone['start'](now + i * 0.12);
		tone.stop(now + i * 0.12 + 0.4);
	}
}
