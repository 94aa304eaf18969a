interface CloseWatcher extends EventTarget {
	destroy(): void;
}

let filled = false;

/**
 * Looks after a panel that fills the screen, until it is closed or the screen is wide: it is a dialog, so the page behind
 * it must not be reached; the phone's way back closes it; and it ends where the keyboard begins.
 */
export function full(frame: HTMLElement, narrow: MediaQueryList): void {
	const { Heard } = window as unknown as { Heard?: { isOpen(): boolean; close(): void } };
	if (filled || !Heard?.isOpen()) return;
	const ended = new AbortController();
	const { signal } = ended;
	const leave = wayBack(() => Heard.close(), signal);
	const turn = (on: boolean) => {
		filled = document.body.inert = on;
		document.documentElement.style.overflow = on ? 'hidden' : '';
	};
	const end = () => {
		turn(false);
		ended.abort();
		frame.style.height = frame.style.translate = '';
		leave();
	};
	turn(true);
	for (const kind of ['resize', 'scroll']) window.visualViewport?.addEventListener(kind, () => fit(frame), { signal });
	narrow.addEventListener('change', end, { signal });
	document.addEventListener('heard:close', end, { signal });
}

/** Browsers that know what "back" means on this phone are asked; in others a step of the history stands for the panel. */
function wayBack(close: () => void, signal: AbortSignal): () => void {
	const { CloseWatcher } = window as unknown as { CloseWatcher?: new () => CloseWatcher };
	if (CloseWatcher) {
		const watcher = new CloseWatcher();
		watcher.addEventListener('close', close, { signal });
		return () => watcher.destroy();
	}
	history.pushState(history.state, '');
	let gone = false;
	addEventListener('popstate', () => ((gone = true), close()), { signal });
	return () => gone || history.back();
}

/** iOS lays its keyboard over the page: what is left of the window is the visual viewport. */
function fit(frame: HTMLElement): void {
	const { height, offsetTop, scale } = visualViewport!;
	if (scale > 1.01) return; // somebody looks closer
	frame.style.height = height + 'px';
	frame.style.translate = `0 ${offsetTop}px`;
}
