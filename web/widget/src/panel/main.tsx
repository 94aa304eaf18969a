import { app } from './app.tsx';
import { onTouch } from './composer.tsx';
import { Ui, type Boot } from './ui.ts';
import { render } from './view.ts';

const root = document.getElementById('heard')!;
const boot = JSON.parse(document.getElementById('heard-boot')!.textContent!) as Boot;
const ui = new Ui(boot, draw, focus);

// At the top of the module: the loader speaks as soon as the page has loaded. Its window is the only one
// that is heard, and only from a site of the inbox. A window of its own has to call first.
addEventListener('message', function greet(e) {
	const port = e.ports[0];
	const known = e.source === ui.site && (!boot.allowed_origins?.length || boot.allowed_origins.includes(e.origin));
	if (!known || !port || e.data?.heard !== 1) return;
	removeEventListener('message', greet);
	ui.connect(port);
});

function draw(): void {
	render(app(ui), root);
	const area = root.querySelector<HTMLElement>('.composer textarea');
	if (area) {
		area.style.height = 'auto';
		area.style.height = area.scrollHeight + 'px';
	}
	if (ui.local.away || ui.listing) return;
	const box = root.querySelector('.scroll');
	box?.scrollTo(0, box.scrollHeight);
	if (ui.watching && ui.chat.current) ui.chat.see(ui.chat.current);
}

/** What a person does next: answer a question, write. On touch screens no keyboard pops up unasked. */
function focus(): void {
	const next = root.querySelector<HTMLElement>(onTouch() ? '.go' : '.go, .keep input, .composer textarea, .start :is(input, select, textarea)');
	(next ?? root.querySelector('h1'))?.focus();
}

for (const what of ['visibilitychange', 'online', 'offline'])
	addEventListener(what, () => {
		ui.redraw();
		if (ui.chat.unread) ui.chat.threads.refresh().catch(() => {}); // another tab may have shown it
	});
// A menu closes when something is chosen, or by a click beside it.
addEventListener('click', (e) => {
	if (!(e.target as Element).closest('summary')) root.querySelector('details')?.removeAttribute('open');
});
addEventListener('focusin', () => (ui.quiet = false));
addEventListener('keydown', (e) => {
	if (e.key !== 'Escape' || e.isComposing) return;
	const menu = root.querySelector('details[open]');
	if (menu) {
		menu.removeAttribute('open');
		menu.querySelector('summary')!.focus();
	} else if (ui.local.ending) {
		ui.local.ending = false;
		ui.redraw(true);
	} else ui.close();
});
draw();
root.nextElementSibling!.remove(); // the page as it came
if (ui.open && ui.site) {
	ui.site.postMessage({ heard: 1 }, '*'); // says nothing but that we are here
	setTimeout(() => ui.chat.phase === 'idle' && ui.begin(), 2000);
} else if (ui.open) ui.begin();
