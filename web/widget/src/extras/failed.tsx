import type { Draft } from '@heard/shared/outbox.ts';
import type { Ui } from '../panel/ui.ts';
import { h, t } from './kit.ts';
import { reason } from './words.ts';

/** Below a message that the server would not take: why, and what can be done. */
export function failed(ui: Ui, d: Draft) {
	const known = d.code === 'too_large' ? t('too_long') : /email/.test(d.failed!) ? t('email.wrong') : /^(forbidden|not_found)$/.test(d.code!) ? reason(ui, d.code!, '') : '';
	return (
		<span class="meta error" role="alert">
			{t('failed')}
			{known && ': ' + known}{' '}
			<button class="link" onclick={() => ui.chat.retry(d)}>
				{t('again')}
			</button>
			<button class="link" onclick={() => edit(ui, d)}>
				{t('edit')}
			</button>
		</span>
	);
}

/** Takes the message back for writing it anew. */
function edit(ui: Ui, d: Draft): void {
	ui.text = d.body;
	ui.uploads = (d.files ?? []).map((f) => ({ name: f.name, size: f.size, done: 1, got: f }));
	ui.values = { ...ui.values, ...d.fields };
	ui.chat.discard(d);
	ui.redraw(true);
}
