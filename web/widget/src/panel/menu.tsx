import type { Conversation } from '@heard/shared/conversation.ts';
import { icon } from './icons.tsx';
import type { Ui } from './ui.ts';
import { h } from './view.ts';
import { t } from './words.ts';

/** What one does with a whole conversation. A native disclosure: it needs nothing of us to work with keys. */
export function menu(ui: Ui, c: Conversation) {
	const item = (label: string, onclick: () => void) => (
		<button class="ghost" onclick={onclick}>
			{label}
		</button>
	);
	return (
		<details class="menu">
			<summary class="icon" aria-label={t('more')} title={t('more')}>
				{icon('more')}
			</summary>
			<div>
				{item(t('save', { name: 'TXT' }), () => ui.more((x) => x.save(ui, c, 'text')))}
				{item(t('save', { name: 'HTML' }), () => ui.more((x) => x.save(ui, c, 'html')))}
				{!c.over && c.status !== 'resolved' && item(t('end'), () => ((ui.local.ending = true), ui.redraw(true)))}
			</div>
		</details>
	);
}
