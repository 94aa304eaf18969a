import { composer } from './composer.tsx';
import { missing, offline, startForm } from './form.tsx';
import { icon, initial } from './icons.tsx';
import { plain } from './text.tsx';
import { thread } from './thread.tsx';
import type { Ui } from './ui.ts';
import { h } from './view.ts';
import { availability, day, wait } from './when.ts';

export function app(ui: Ui) {
	const { chat, t, local } = ui;
	const c = chat.current;
	const trouble = ui.trouble;
	const stay = () => ((local.ending = false), ui.redraw(true));
	return (
		<main class={!ui.framed && 'page'} data-phase={chat.phase} data-link={chat.link}>
			{header(ui)}
			{local.ending && c && (
				<div class="note" role="group" aria-label={t('end.sure')}>
					<span>{t('end.sure')}</span>
					<button class="danger go" onclick={() => (void chat.end(c), stay())}>
						{t('end')}
					</button>
					<button class="ghost" onclick={stay}>
						{t('end.stay')}
					</button>
				</div>
			)}
			<div role="status" class={trouble && 'note trouble'}>
				{trouble}
			</div>
			{chat.phase === 'failed' ? failed(ui) : ui.listing ? list(ui) : conversation(ui)}
		</main>
	);
}

function header(ui: Ui) {
	const { chat, t, listing } = ui;
	const c = chat.current;
	const title = listing ? t('conversations') : (!c?.over && c?.agent) || chat.settings?.title || document.title;
	const several = chat.threads.all.size > (c ? 1 : 0);
	const canEnd = !listing && c && !c.over && c.status !== 'resolved' && c.timeline.newest > 0;
	return (
		<header>
			{!listing && several && iconButton('back', t('conversations'), () => ((ui.listing = true), ui.redraw(true)))}
			{!listing && <span class={'who ' + chat.settings?.availability}>{initial(title)}</span>}
			<div>
				<h1 tabindex="-1">{title}</h1>
				{chat.settings && !listing && <p>{availability(t, chat.settings, !!c?.agent && !c.over)}</p>}
			</div>
			{canEnd && (
				<button class="ghost" onclick={() => ((ui.local.ending = true), ui.redraw(true))}>
					{t('end')}
				</button>
			)}
			{ui.framed && iconButton('close', t('close'), () => ui.close())}
		</header>
	);
}

function iconButton(name: 'back' | 'close', label: string, onclick: () => void) {
	return (
		<button class="icon" aria-label={label} title={label} onclick={onclick}>
			{icon(name)}
		</button>
	);
}

function failed(ui: Ui) {
	const { t } = ui;
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

function list(ui: Ui) {
	const { chat, t } = ui;
	return [
		<ul class="list scroll" key="list">
			{chat.threads.list.map((c) => (
				<li key={c.id}>
					<button onclick={() => ui.show(c.id)}>
						{initial(c.agent || chat.settings!.title)}
						<span>
							<b>{c.agent || chat.settings!.title}</b>
							<small>{plain(c.newestMessage?.body)}</small>
						</span>
						<span class="side">
							<small>{day(t, c.updatedAt)}</small>
							{c.unread > 0 && (
								<span class="count">
									{c.unread}
									<span class="unseen"> {t('newest')}</span>
								</span>
							)}
						</span>
					</button>
				</li>
			))}
		</ul>,
		anew(ui),
	];
}

function anew(ui: Ui) {
	return (
		<footer>
			<button class="primary go" onclick={() => ui.show()}>
				{ui.t('new')}
			</button>
		</footer>
	);
}

function conversation(ui: Ui) {
	const { chat, t } = ui;
	const c = chat.current;
	const ready = chat.phase === 'ready';
	const starts = ready && !c && chat.waiting.length === 0;
	const fields = starts ? missing(ui) : [];
	const asks = starts && (fields.length > 0 || offline(ui));
	const queue = !c?.over && !c?.agent && !offline(ui) && c?.queue; // while closed nobody is waiting for a turn
	const place = queue && `${t('queue', { n: queue.position })} ${wait(t, queue.wait)}`;
	const line = ui.calm('queue', place || '');
	return [
		thread(ui, c),
		<div role="status" class={line && 'note'}>
			{line}
		</div>,
		<div role="status" class="unseen">
			{ui.calm('typing', c?.isTyping ? t('typing', { name: c.typing!.name || t('agent') }) : '')}
		</div>,
		ready && (asks ? startForm(ui, fields) : c?.over ? anew(ui) : composer(ui)),
	];
}
