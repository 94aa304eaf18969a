import type { Chat } from '@heard/shared/chat.ts';

let context: AudioContext | undefined;

/** So long another tab may take to show an answer, and to tell; and so long one tab rings for all. */
const grace = 600;
const turn = 5000;

const rest = (ms: number) => new Promise((over) => setTimeout(over, ms));

/**
 * Rings for an answer that nobody has seen yet, in one of the visitor's tabs: the first that takes the lock of this
 * answer. Where there are no locks, or none for frames, each tab speaks for itself.
 */
export async function call(chat: Chat, at: string): Promise<void> {
	await rest(grace);
	if (!chat.unread) return;
	try {
		await navigator.locks.request('heard:' + at, { ifAvailable: true }, async (lock) => {
			if (!lock) return;
			ring();
			await rest(turn); // tabs in the background come late
		});
	} catch {
		ring();
	}
}

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
