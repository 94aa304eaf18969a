/** Opens the panel in a window of its own, and calls back each time its page is there. */
export function popout(url: string, opened: (win: Window) => void, greet: (win: Window) => void): void {
	const win = open(url, 'heard', 'popup,width=420,height=720');
	if (!win) return; // the browser would not have it
	const { origin } = new URL(url);
	addEventListener('message', (e) => {
		if (e.source === win && e.origin === origin && e.data?.heard === 1) greet(win);
	});
	opened(win);
	win.focus();
}
