import type { Conversation } from '@heard/shared/conversation.ts';
import type { Ui } from '../panel/ui.ts';
import { h, t } from './kit.ts';
import { ring } from './ring.ts';
import { save } from './save.ts';

/** Whether the chat shall really end: asked where the menu was. */
export function sure(ui: Ui, c: Conversation) {
	const stay = () => ((ui.local.ending = false), ui.redraw(true));
	return (
		<div class="note" role="group" aria-label={t('end.sure')}>
			<span>{t('end.sure')}</span>
			<button class="danger go" onclick={() => (end(ui, c), stay())}>
				{t('end')}
			</button>
			<button class="ghost" onclick={stay}>
				{t('end.stay')}
			</button>
		</div>
	);
}

/** The customer ends the chat: over the connection, or without one by HTTP. */
function end({ chat }: Ui, { id }: Conversation): void {
	if (chat.socket?.send({ type: 'end', conversation: id })) return;
	chat.api
		.call('POST', `/api/widget/conversations/${id}/end`)
		.then(() => chat.threads.read(chat.threads.at(id)))
		.catch(chat.onTrouble);
}

/** What one does with the panel, and with a whole conversation. */
export function menu(ui: Ui, c: Conversation | undefined) {
	const item = (label: string, onclick: () => void, kind = 'ghost') => (
		<button class={kind} key={label} onclick={onclick}>
			{label}
		</button>
	);
	return (
		<div>
			{ui.framed && !matchMedia('(pointer:coarse)').matches && item(t('popout'), () => ui.say({ t: 'popout' }))}
			{item(ui.muted ? t('sound.on') : t('sound.off'), () => {
				ui.muted = !ui.muted;
				ui.keep('s', ui.muted ? '1' : '');
				if (!ui.muted) ring(); // one hears what was turned on
				ui.redraw();
			})}
			{c && [
				item(t('save', { name: 'TXT' }), () => ui.attempt(save(ui, c, 'text'))),
				item(t('save', { name: 'HTML' }), () => ui.attempt(save(ui, c, 'html'))),
				!c.over && c.status !== 'resolved' && item(t('end'), () => ((ui.local.ending = true), ui.redraw(true))),
			]}
		</div>
	);
}
