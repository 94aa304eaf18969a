import type { Conversation, Line } from '@heard/shared/conversation.ts';
import type { Draft } from '@heard/shared/outbox.ts';
import type { Extras } from './extras.ts';
import { shown as file } from './files.tsx';
import { icon, initial } from './icons.tsx';
import { plain, text } from './text.tsx';
import type { Ui } from './ui.ts';
import { h, type Child } from './view.ts';
import { t } from './words.ts';
import { clock, day, dayOf } from './when.ts';

const page = 100;
const apart = 5 * 60_000;

/** The messages, newest at the bottom. */
export function thread(ui: Ui, c: Conversation | undefined) {
	const { chat, local } = ui;
	const lines = c?.lines() ?? [];
	const most = local.most ?? page;
	const shown = lines.slice(-most);
	const newest = shown.findLast((l) => l.kind === 'message');
	const survey = local.asked ?? (c?.survey && !ui.skipped(c.survey) && c.survey);
	const loading = chat.phase === 'starting' || (c && !c.loaded && lines.length + chat.waiting.length === 0);
	const greet = (words?: string) => words && message({ body: words }, undefined, true, '');

	return (
		<div class="scroll" key="thread" tabindex="-1" onscroll={(e: Event) => scrolled(ui, e.target as Element)}>
			{lines.length <= most && greet(chat.settings?.greeting)}
			{!c && greet(ui.offer?.text)}
			{lines.length > most && (
				<button class="ghost" onclick={() => ((local.away = true), (local.most = most + page), ui.redraw())}>
					{t('earlier')}
				</button>
			)}
			{loading && dots('status', t('connecting'))}
			<div role="log" aria-live={c?.loaded ? 'polite' : 'off'} aria-label={document.title}>
				{shown.map((line, i) => row(line, shown[i - 1], shown[i + 1], line === newest && line.mine && c!.read))}
				{chat.waiting.map((d) => waiting(ui, d))}
			</div>
			{local.promised && said('status', t('offline.thanks', { email: local.promised }))}
			{c?.isTyping && dots()}
			{c && survey && extra(ui, (x) => x.rating(ui, c, survey))}
			{local.rated && said('status', t('csat.thanks'))}
			{c?.status === 'resolved' && !c.over && (
				<button class="ghost" onclick={() => ui.show()}>
					{t('new')}
				</button>
			)}
			{local.away && !!c?.unread && (
				<button class="pill" onclick={() => ((local.away = false), ui.redraw())}>
					{icon('down')} {t('newest')}
				</button>
			)}
		</div>
	);
}

function said(role: string | undefined, words: string, key?: unknown) {
	return (
		<p class="line" role={role} key={key}>
			{words}
		</p>
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
function row(line: Line, before: Line | undefined, after: Line | undefined, read: number | false): Child {
	const newDay = !before || dayOf(before.at) !== dayOf(line.at);
	const first = newDay || !together(before, line);
	const ends = read !== false || line.edited || !after || !together(line, after);
	const below = [
		clock(line.at),
		line.edited && !line.gone && ' · ' + t('edited'),
		read !== false && ' · ' + (read >= line.seq ? t('seen') : t('sent')),
	];
	return [
		newDay && said(undefined, day(line.at), dayOf(line.at)),
		line.kind === 'message' ? message(line, line.seq, first, ends && <span class="meta">{below}</span>) : said(undefined, happened(line), line.seq),
	];
}

function message({ mine, name, body, files, gone }: Partial<Omit<Line, 'files'>> & { files?: Line['files'] | undefined }, key: unknown, first: boolean, below: Child, state = '') {
	const who = mine ? t('you') : name || document.title; // what nobody in particular says, the inbox says
	return (
		<div class={(mine ? 'mine' : 'theirs') + (first ? ' first' : '') + state} key={key} data-seq={key}>
			{!mine &&
				first && [
					initial(who),
					<span class="meta" aria-hidden="true">
						{who}
					</span>,
				]}
			<div class="bubble" dir="auto">
				<span class="unseen" dir={document.dir}>
					{who + ': '}
				</span>
				{gone ? t('removed') : files?.[0]?.name !== body && text(body!)}
				{files?.map(file)}
			</div>
			{below}
		</div>
	);
}

/** What a line that is no message says. */
function happened({ kind, name, body }: Line): string {
	if (kind === 'notice') return plain(body);
	if (kind === 'joined') return t('joined', { name });
	return kind === 'queued' ? t('queued') : kind === 'ended' ? t('ended') : t('resolved');
}

/** One voice, in one breath: said once who it is and when. */
function together(a: Line, b: Line): boolean {
	const voice = (l: Line) => l.kind + l.mine + l.name;
	return voice(a) === voice(b) && Date.parse(b.at) - Date.parse(a.at) < apart;
}

function waiting(ui: Ui, d: Draft) {
	const below = d.code ? extra(ui, (x) => x.failed(ui, d)) : <span class="meta">{t('sending')}</span>;
	return message({ mine: true, body: d.body, files: d.files }, d.client_id, true, below, d.code ? ' failed' : ' sending');
}

/** What the extras draw, as soon as they are here. */
export function extra(ui: Ui, draw: (extras: Extras) => Child, focus = false): Child {
	return ui.extras ? draw(ui.extras) : !ui.local.oops && void ui.more(undefined, focus);
}
