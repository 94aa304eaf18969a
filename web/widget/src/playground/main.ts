import { contrast, notes } from './contrast.ts';
import { attributes, fill, html, npm, ofPage, pick, settingsOf, type Settings } from './settings.ts';

const events = ['ready', 'open', 'close', 'unread', 'message:in', 'message:out', 'conversation:start', 'conversation:end', 'prechat', 'offline:submit', 'csat', 'queue', 'agent:join', 'status', 'error'];
const most = 200; // lines of the log
const pause = 350; // while somebody types, nothing is loaded anew

const at = <T extends HTMLElement>(id: string) => document.getElementById(id) as T;
const form = at<HTMLFormElement>('settings');
const site = at<HTMLIFrameElement>('site');
const swatch = at<HTMLInputElement>('swatch');
const color = at<HTMLInputElement>('color');
const inbox = at<HTMLInputElement>('inbox');
/** The desk's own inboxes; only for its people. */
const offered = document.getElementById('choose') as HTMLSelectElement | null;

type Heard = { on(name: string, fn: (detail: unknown) => void): void } & Record<string, (...args: unknown[]) => unknown>;
const heard = () => (site.contentWindow as unknown as { Heard?: Heard } | null)?.Heard;

let shown = '';
let timer: ReturnType<typeof setTimeout> | undefined;

/** Shows everything that follows from the settings. */
function apply(): void {
	const settings = settingsOf(form);
	const wrong = !!settings['color'] && !/^#[\da-f]{6}$/i.test(settings['color']);
	color.setAttribute('aria-invalid', String(wrong));
	at('color-error').textContent = wrong ? 'Write it as #rrggbb, like #2f5947.' : '';
	if (wrong) delete settings['color'];
	else if (settings['color']) swatch.value = settings['color'];

	history.replaceState(null, '', '?' + new URLSearchParams(settings));
	at('code').textContent = (settings['code'] === 'npm' ? npm : html)(document.body.dataset['origin']!, settings);
	at('consent-hint').textContent = {
		'': 'Nothing before a visitor opens the chat; then the key to their conversations.',
		wait: 'Nothing at all until your page calls Heard(\'update\', {consent: true}).',
		yes: 'Your visitors agree that the desk sees which pages they visit, where the inbox asks for it.',
	}[settings['consent'] ?? '']!;
	at('empty').hidden = !!settings['inbox'];
	if (offered) {
		const known = [...offered.options].some((o) => o.value === settings['inbox']);
		offered.value = known ? settings['inbox']! : '';
	}
	site.parentElement!.classList.toggle('phone', settings['width'] === 'phone');
	tellContrast(settings['color']);
	load(settings);
}

function load(settings: Settings): void {
	const query = String(new URLSearchParams(pick(settings, ['inbox', ...attributes, ...ofPage])));
	if (query === shown) return;
	shown = query;
	site.src = '/widget/playground/page?' + query;
}

function tellContrast(chosen = ''): void {
	const list = chosen ? notes(chosen) : [];
	at('contrast').replaceChildren(
		...list.map((n) => {
			const li = document.createElement('li');
			li.className = n.helped ? 'helped' : '';
			li.append(make('b', `${n.ratio.toFixed(1)} : 1`), make('span', n.text));
			return li;
		}),
	);
	if (!chosen) {
		const li = document.createElement('li');
		li.append(make('b', `${contrast('#3a50d6', '#ffffff').toFixed(1)} : 1`), make('span', 'No colour chosen here: the inbox’s own, or indigo. Any colour is made readable by itself.'));
		at('contrast').append(li);
	}
}

function make(tag: string, text: string): HTMLElement {
	return Object.assign(document.createElement(tag), { textContent: text });
}

/** The page in the preview has loaded: hear what its widget says, and let its links turn pages as apps do. */
function loaded(): void {
	const page = site.contentDocument;
	if (!page) return;
	const unknown = page.documentElement.dataset['inbox'] === 'unknown';
	inbox.setAttribute('aria-invalid', String(unknown));
	at('inbox-error').textContent = unknown ? 'No website inbox has this key.' : '';
	for (const name of events) heard()?.on(name, (detail) => log(name, detail));
	page.addEventListener('click', (e) => {
		const link = (e.target as Element).closest<HTMLElement>('[data-turn]');
		if (!link) return;
		e.preventDefault();
		site.contentWindow!.history.pushState(null, '', `${page.location.search}#${link.dataset['turn']}`);
		log('page', link.dataset['turn']);
	});
}

function log(name: string, detail: unknown): void {
	const list = at('events');
	const line = document.createElement('div');
	const now = new Date();
	line.append(make('time', now.toLocaleTimeString([], { hourCycle: 'h23' })), make('b', name), make('span', detail === undefined || detail === null ? '' : JSON.stringify(detail)));
	list.append(line);
	if (list.childElementCount > most) list.firstElementChild!.remove();
	list.scrollTop = list.scrollHeight;
}

/** One of the desk's own inboxes is shown; the field it stands in then is where one goes on. */
function choose(key: string): void {
	inbox.value = key;
	apply();
	inbox.focus();
}

async function copy(): Promise<void> {
	const code = at('code');
	try {
		await navigator.clipboard.writeText(code.textContent!);
		at('copied').textContent = 'Copied.';
	} catch {
		getSelection()!.selectAllChildren(code);
		at('copied').textContent = 'Selected: press Ctrl or ⌘ and C.';
	}
	setTimeout(() => (at('copied').textContent = ''), 4000);
}

form.addEventListener('submit', (e) => e.preventDefault());
document.addEventListener('input', (e) => {
	const field = e.target as HTMLInputElement;
	if (field === swatch) color.value = swatch.value;
	if (field.id === 'choose' && field.value) inbox.value = field.value;
	clearTimeout(timer);
	timer = setTimeout(apply, field.type === 'radio' || field.type === 'checkbox' || field.tagName === 'SELECT' ? 0 : pause);
});
document.addEventListener('click', (e) => {
	const key = (e.target as Element).closest<HTMLElement>('[data-key]')?.dataset['key'];
	if (key) choose(key);
	const call = (e.target as Element).closest<HTMLElement>('[data-call]')?.dataset['call'];
	if (call) heard()?.[call]?.(...(call === 'newMessage' ? ['I have a question about '] : []));
});
at('copy').addEventListener('click', () => void copy());
at('clear').addEventListener('click', () => at('events').replaceChildren());
site.addEventListener('load', loaded);

fill(form, Object.fromEntries(new URLSearchParams(location.search)));
apply();
