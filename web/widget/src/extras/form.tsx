import type { PrechatField } from '@heard/shared/widget-wire.ts';
import type { Ui } from '../panel/ui.ts';
import { closed, h, t, text, tooLong } from './kit.ts';

const message = 'message';

export function valueOf(ui: Ui, key: string): string {
	if (key === message) return ui.text.trim();
	return (ui.values[key] ?? (ui.look as Record<string, string>)[key] ?? '').trim();
}

export function wrong(ui: Ui, f: PrechatField): string {
	const v = valueOf(ui, f.key);
	if (!v) return f.required ? t('required') : '';
	if (f.type === 'email' && !/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(v)) return t('email.wrong');
	return tooLong(v) ? t('too_long') : '';
}

/** What is asked before the first message, and that message. */
export function startForm(ui: Ui, fields: PrechatField[]) {
	const { local } = ui;
	const away = closed(ui) === 'form';
	const notice = ui.settings!.notice;
	const all: PrechatField[] = [...fields, { key: message, label: t('write'), type: 'text', required: true }];
	if (notice?.required) all.push({ key: 'agreed', label: notice.text, type: 'checkbox', required: true });

	function submit(e: Event): void {
		e.preventDefault();
		const errors = (local.errors = Object.fromEntries(all.map((f) => [f.key, wrong(ui, f)])));
		const first = all.find((f) => errors[f.key]);
		if (first) {
			document.getElementById('f-' + first.key)!.focus();
			return ui.redraw();
		}
		const given: Record<string, string> = {};
		for (const f of all) if (f.key !== message && valueOf(ui, f.key)) given[f.key] = valueOf(ui, f.key);
		if (away) local.promised = given['email'] ?? ui.chat.customer?.email ?? '';
		ui.tell(away ? 'offline:submit' : 'prechat');
		ui.send(given);
	}

	return (
		<form class="start" onsubmit={submit} novalidate>
			{away && <p>{ui.settings!.offline_form?.text || t('offline.intro')}</p>}
			{all.map((f) => field(ui, f))}
			<button class="primary">{t('send')}</button>
		</form>
	);
}

export function field(ui: Ui, f: PrechatField) {
	const id = 'f-' + f.key;
	const error = ui.local.errors?.[f.key];
	const props = {
		id,
		value: f.key === message ? ui.text : (ui.values[f.key] ?? valueOf(ui, f.key)),
		checked: !!ui.values[f.key],
		required: f.required,
		'aria-invalid': !!error && 'true',
		'aria-describedby': !!error && id + '-e',
		oninput(e: InputEvent) {
			const { value, checked } = e.target as HTMLInputElement;
			if (f.key === message) ui.text = value;
			else ui.values[f.key] = f.type === 'checkbox' ? (checked ? 'yes' : '') : value;
			delete ui.local.errors?.[f.key];
			ui.redraw();
		},
	};
	const auto = /^(name|email)$/.test(f.key) ? f.key : 'on';
	return (
		<div class={'field ' + f.type} key={id}>
			<label for={id}>{text(f.label)}</label>
			{f.key === message
				? h('textarea', { rows: 3, ...props })
				: f.type === 'select'
					? h('select', props, <option value="">{t('choose')}</option>, f.options?.map((o) => <option value={o}>{o}</option>))
					: h('input', { type: f.type, autocomplete: auto, maxlength: 500, ...props })}
			{error && (
				<p class="error" id={id + '-e'}>
					{error}
				</p>
			)}
		</div>
	);
}
