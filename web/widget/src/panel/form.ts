import type { PrechatField } from '@heard/shared/widget-wire.ts';
import type { Ui } from './ui.ts';
import { t } from './words.ts';

/** What is asked before the first message: only what is not known yet. Offline, who shall have the answer, and where. */
export function missing(ui: Ui): PrechatField[] {
	const { settings, customer } = ui.chat;
	const known: Record<string, string | undefined> = { name: customer?.name, email: customer?.email };
	const fields = settings?.prechat.filter((f) => !known[f.key]) ?? [];
	if (closed(ui) !== 'form' || known['email']) return fields;
	const others = fields.filter((f) => f.key !== 'email');
	if (!known['name'] && !others.some((f) => f.key === 'name'))
		others.unshift({ key: 'name', label: t('name'), type: 'text', required: false });
	return [...others, email()];
}

export function email(): PrechatField {
	return { key: 'email', label: t('email'), type: 'email', required: true };
}

/** Nobody is there: what a visitor can do then. */
export function closed({ settings }: Ui): 'form' | 'messages' | 'hidden' | undefined {
	if (settings?.availability !== 'offline') return undefined;
	return settings.offline_form?.mode ?? (settings.offline ? 'form' : 'messages');
}
