import type { Conversation } from '@heard/shared/conversation.ts';
import { composer } from './composer.tsx';
import { take } from './files.tsx';
import { closed, missing } from './form.ts';
import { icon, iconButton, initial } from './icons.tsx';
import { text } from './text.tsx';
import { extra, thread } from './thread.tsx';
import type { Ui } from './ui.ts';
import { h } from './view.ts';
import { t } from './words.ts';
import { availability, place } from './when.ts';

export function app(ui: Ui) {
	const { chat, local } = ui;
	const c = chat.current;
	const trouble = ui.trouble;
	return (
		<main
			class={!ui.framed && 'page'}
			ondragover={(e: DragEvent) => e.preventDefault()}
			ondrop={(e: DragEvent) => {
				e.preventDefault();
				take(ui, e.dataTransfer!);
			}}
		>
			{header(ui, trouble)}
			{local.ending && c && ui.lobby!.sure(ui, c)}
			<div role="status" class={trouble && 'note trouble'}>
				{trouble}
			</div>
			{chat.phase === 'failed' ? failed(ui) : ui.listing ? [ui.lobby ? ui.lobby.rooms(ui) : <div class="scroll" />, anew(ui)] : conversation(ui)}
		</main>
	);
}

function header(ui: Ui, trouble: string | undefined) {
	const { chat, listing } = ui;
	const c = chat.current;
	const title = listing ? t('conversations') : (!c?.over && c?.agent) || ui.settings?.title || document.title;
	return (
		<header>
			{!listing && chat.threads.all.size > 0 && iconButton('back', t('conversations'), () => ((ui.listing = true), ui.enter()))}
			{!listing && <span class={'who ' + (!trouble && ui.settings?.availability)}>{initial(title)}</span>}
			<div>
				<h1 tabindex="-1">{title}</h1>
				{!listing && !trouble && ui.settings && <p>{availability(ui.settings, !!c?.agent && !c.over)}</p>}
			</div>
			{!listing && (
				<details class="menu">
					<summary class="icon" aria-label={t('more')} title={t('more')} onclick={() => ui.enter()}>
						{icon('more')}
					</summary>
					{ui.lobby?.menu(ui, c)}
				</details>
			)}
			{ui.framed && iconButton('close', t('close'), () => ui.close())}
		</header>
	);
}

function failed(ui: Ui) {
	const code = ui.chat.problem?.code;
	return (
		<div class="empty" role="alert" key="failed">
			<p>{code === 'forbidden' ? t('forbidden') : code === 'unauthenticated' ? t('identity') : t('broken')}</p>
			<button class="primary go" onclick={() => ui.begin()}>
				{t('again')}
			</button>
		</div>
	);
}

/** What comes after a conversation: another one; or the same again, for whoever has more to say. */
function anew(ui: Ui, c?: Conversation) {
	return (
		<footer>
			{c && c.status !== 'closed' && (
				<button class="ghost" onclick={() => ((ui.local.again = true), ui.redraw(true))}>
					{t('end.stay')}
				</button>
			)}
			<button class="primary go" onclick={() => ui.show()}>
				{t('new')}
			</button>
		</footer>
	);
}

function conversation(ui: Ui) {
	const { chat } = ui;
	const c = chat.current;
	const ready = chat.phase === 'ready';
	const starts = ready && !c && chat.waiting.length === 0;
	const away = closed(ui);
	const fields = starts ? missing(ui) : [];
	const notice = ui.settings?.notice;
	const asks = starts && (fields.length > 0 || away === 'form' || notice?.required);
	return [
		thread(ui, c),
		waitingLine(ui, c),
		<div role="status" class="unseen">
			{ui.calm('typing', c?.isTyping ? t('typing', { name: c.typing!.name || document.title }) : '')}
		</div>,
		starts && notice && !notice.required && <p class="line">{text(notice.text)}</p>,
		ready && (starts && away === 'hidden' ? extra(ui, (x) => x.shut(ui)) : asks ? extra(ui, (x) => x.startForm(ui, fields), true) : c?.over && !ui.local.again ? anew(ui, c) : composer(ui)),
	];
}

/** The place in the line, and a way not to have to sit through it. */
function waitingLine(ui: Ui, c: Conversation | undefined) {
	const { chat, local } = ui;
	const waits = !c?.over && !c?.agent && !closed(ui) && c?.queue; // while closed nobody is waiting for a turn
	const line = ui.calm('queue', waits ? place(waits) : '');
	return (
		<div class={line && 'note wait'}>
			<span role="status">{line}</span>
			{line && local.kept && <p role="status">{t('place.kept', { email: local.kept })}</p>}
			{line && c && !chat.customer!.email && !local.leaving && (
				<button class="link" onclick={() => ui.more(() => (local.leaving = true))}>
					{t('place.leave')}
				</button>
			)}
			{line && c && local.leaving && ui.extras?.keepPlace(ui, c)}
		</div>
	);
}
