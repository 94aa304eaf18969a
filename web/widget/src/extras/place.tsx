import type { Conversation } from '@heard/shared/conversation.ts';
import { path } from '@heard/shared/threads.ts';
import type { Ui } from '../panel/ui.ts';
import { field, valueOf, wrong } from './form.tsx';
import { email, h, t } from './kit.ts';

/** Asks for the address that the answer goes to when the visitor does not wait here; the place in the line is kept. */
export function keepPlace(ui: Ui, c: Conversation) {
	const { chat, local } = ui;
	const address = email();

	function keep(e: Event): void {
		e.preventDefault();
		const error = wrong(ui, address);
		local.errors = { email: error };
		if (error) return ui.redraw(true);
		const mine = valueOf(ui, 'email');
		ui.attempt(
			chat.api.call('POST', `${path}/${c.id}/contact`, { email: mine }).then(() => {
				chat.customer!.email = mine;
				local.leaving = false;
				local.kept = mine;
			}),
		);
	}

	return (
		<form class="keep" onsubmit={keep} novalidate>
			{field(ui, address)}
			<button class="primary">{t('place.keep')}</button>
		</form>
	);
}
