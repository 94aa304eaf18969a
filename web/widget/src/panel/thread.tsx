import type { Conversation, Line } from '@heard/shared/conversation.ts';
import type { Draft } from '@heard/shared/outbox.ts';
import { icon, initial } from './icons.tsx';
import { rating } from './rating.tsx';
import { text } from './text.tsx';
import type { Ui } from './ui.ts';
import { h, type Child } from './view.ts';
import { clock, day, dayOf } from './when.ts';

const page = 100;
const apart = 5 * 60_000;

/** The messages, newest at the bottom. */
export function thread(ui: Ui, c: Conversation | undefined) {
	const { t, chat, local } = ui;
	const lines = c?.lines() ?? [];
	const most = local.most ?? page;
	const shown = lines.slice(-most);
	const newest = shown.findLast((l) => l.kind === 'message');
	const survey = c?.survey && !ui.skipped(c.survey) && c.survey;
	const loading = chat.phase === 'starting' || (c && !c.loaded && lines.length + chat.waiting.length === 0);
	const greeting = chat.settings?.greeting;

	return (
		<div class="scroll" key="thread" tabindex="-1" onscroll={(e: Event) => scrolled(ui, e.target as Element)}>
			{greeting && lines.length <= most && (
				<div class="theirs first">
					{initial(chat.settings!.title)}
					<div class="bubble" dir="auto">
						{text(greeting)}
					</div>
				</div>
			)}
			{lines.length > most && (
				<button class="ghost" onclick={() => ((local.away = true), (local.most = most + page), ui.redraw())}>
					{t('earlier')}
				</button>
			)}
			{loading && dots('status', t('connecting'))}
			<div role="log" aria-live={c?.loaded ? 'polite' : 'off'} aria-label={document.title}>
				{shown.map((line, i) => row(ui, line, shown[i - 1], shown[i + 1], line === newest && line.mine && c!.read))}
				{chat.waiting.map((d) => waiting(ui, d))}
			</div>
			{local.promised && <p class="line">{t('offline.thanks', { email: local.promised })}</p>}
			{c?.isTyping && dots()}
			{c && survey && rating(ui, c, survey)}
			{local.rated && (
				<p class="line" role="status">
					{t('csat.thanks')}
				</p>
			)}
			{local.away && !!c?.unread && (
				<button class="pill" onclick={() => ((local.away = false), ui.redraw())}>
					{icon('down')} {t('newest')}
				</button>
			)}
		</div>
	);
}

/** It stays at the newest message, unless the reader has scrolled away from it. */
function scrolled(ui: Ui, box: Element): void {
	const away = box.scrollHeight - box.scrollTop - box.clientHeight > 60;
	if (away === !!ui.local.away) return;
	ui.local.away = away;
	ui.redraw();
}

function dots(role?: string, label?: string) {
	return (
		<div class="dots" role={role} aria-label={label} aria-hidden={!role && 'true'}>
			<i />
			<i />
			<i />
		</div>
	);
}

/** One line; `read` (how far the other side has seen) is given when the newest message is one's own: it shows its state. */
function row(ui: Ui, line: Line, before: Line | undefined, after: Line | undefined, read: number | false): Child {
	const { t } = ui;
	const newDay = !before || dayOf(before.at) !== dayOf(line.at);
	const first = newDay || !together(before, line);
	const name = line.mine ? t('you') : line.name || t('agent');
	const state = read !== false && ' · ' + (read >= line.seq ? t('seen') : t('sent'));
	return [
		newDay && (
			<p class="line" key={dayOf(line.at)}>
				{day(t, line.at)}
			</p>
		),
		line.kind !== 'message' ? (
			<p class="line" key={line.seq}>
				{happened(ui, line)}
			</p>
		) : (
			<div class={(line.mine ? 'mine' : 'theirs') + (first ? ' first' : '')} key={line.seq} data-seq={line.seq}>
				{!line.mine && first && initial(name)}
				{!line.mine && first && (
					<span class="meta" aria-hidden="true">
						{name}
					</span>
				)}
				<div class="bubble" dir="auto">
					<span class="unseen" dir={document.dir}>
						{name + ': '}
					</span>
					{line.gone ? t('removed') : text(line.body)}
					{line.files.map((f) => (
						<a href={f.url} target="_blank" rel="noreferrer" download>
							{f.name}
						</a>
					))}
				</div>
				{(state || !after || !together(line, after)) && (
					<span class="meta">
						{clock(t, line.at)}
						{state}
					</span>
				)}
			</div>
		),
	];
}

/** What a line that is no message says. */
function happened({ t }: Ui, { kind, name }: Line): string {
	if (kind === 'joined') return t('joined', { name });
	return kind === 'queued' ? t('queued') : kind === 'ended' ? t('ended') : t('resolved');
}

/** One voice, in one breath: said once who it is and when. */
function together(a: Line, b: Line): boolean {
	const voice = (l: Line) => l.kind + l.mine + l.name;
	return voice(a) === voice(b) && Date.parse(b.at) - Date.parse(a.at) < apart;
}

function waiting(ui: Ui, d: Draft) {
	const { t } = ui;
	const failed = d.failed !== undefined;
	return (
		<div class={'mine first ' + (failed ? 'failed' : 'sending')} key={d.client_id}>
			<div class="bubble" dir="auto">
				<span class="unseen" dir={document.dir}>
					{t('you') + ': '}
				</span>
				{text(d.body)}
			</div>
			{failed ? (
				<span class="meta error" role="alert">
					{t('failed')}
					{d.failed && ': ' + d.failed}
					<button class="link" onclick={() => ui.chat.retry(d)}>
						{t('again')}
					</button>
					<button class="link" onclick={() => ui.edit(d)}>
						{t('edit')}
					</button>
				</span>
			) : (
				<span class="meta">{t('sending')}</span>
			)}
		</div>
	);
}
