import type { Conversation } from '@heard/shared/conversation.ts';
import type { Ui } from '../panel/ui.ts';
import { h, t } from './kit.ts';
import { ring } from './ring.ts';
import { save } from './save.ts';

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
				ui.mute(!ui.muted);
				if (!ui.muted) ring(); // one hears what was turned on
			})}
			{c && [
				item(t('save', { name: 'TXT' }), () => ui.attempt(save(ui, c, 'text'))),
				item(t('save', { name: 'HTML' }), () => ui.attempt(save(ui, c, 'html'))),
				!c.over && c.status !== 'resolved' && item(t('end'), () => ((ui.local.ending = true), ui.redraw(true))),
			]}
		</div>
	);
}
