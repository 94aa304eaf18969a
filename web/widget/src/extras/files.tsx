import type { Upload } from '../panel/files.tsx';
import type { Attachment } from '@heard/shared/widget-wire.ts';
import type { Ui } from '../panel/ui.ts';
import { bytes, h, icon, iconButton, isPicture, t } from './kit.ts';
import { reason } from './words.ts';

/** Seconds: whoever has to wait longer has used up the day. */
const aWhile = 60;

/** Uploads what was picked, pasted or dropped. What is not taken stays in sight with the reason. */
export function take(ui: Ui, files: Iterable<File> | null | undefined): void {
	const most = ui.settings?.attachments?.max_files ?? 10;
	for (const file of ui.settings?.attachments?.enabled ? (files ?? []) : []) {
		if (ui.uploads.length >= most) break;
		const up: Upload = { name: file.name, size: file.size, file, done: 0 };
		if (isPicture(file)) up.url = URL.createObjectURL(file);
		ui.uploads.push(up);
		upload(ui, up);
	}
	ui.redraw();
}

function upload(ui: Ui, up: Upload): void {
	const most = ui.settings!.attachments!.max_bytes;
	if (up.size > most) return void (up.error = 'big');
	delete up.error;
	up.done = 0;
	const call = new XMLHttpRequest(); // the one way to see how far an upload is
	const form = new FormData();
	form.append('file', up.file!);
	call.open('POST', '/api/widget/attachments');
	call.setRequestHeader('Authorization', 'Bearer ' + ui.chat.api.token);
	call.upload.onprogress = (e) => {
		up.done = e['loaded'] / e.total; // quoted: the build shortens a word of ours that is written alike
		ui.redraw();
	};
	call.onloadend = () => {
		let answer: { items?: Attachment[]; code?: string; errors?: { code?: string }[] } = {};
		try {
			answer = JSON.parse(call.responseText);
		} catch {
			// there was no answer, or not from us
		}
		up.got = answer.items?.[0];
		const code = answer.errors?.[0]?.code ?? answer.code;
		const full = code === 'rate_limited' && Number(call.getResponseHeader('Retry-After')) > aWhile;
		up.again = !full && (!call.status || call.status > 428 || call.status === 401);
		if (!up.got) up.error = (!up.again && (code === 'too_large' ? 'big' : code)) || 'again';
		ui.redraw();
	};
	call.send(form);
}

/** Why a file was not taken. */
function why(ui: Ui, code: string): string {
	if (code === 'again') return t('oops');
	return reason(ui, code, 'file').replace('{size}', bytes(ui.settings!.attachments!.max_bytes));
}

/** Whoever sends all the same hears what keeps the message here. */
export function stuck(): void {
	document.querySelector<HTMLElement>('.stuck')?.focus();
}

/** The files above the composer. */
export function chosen(ui: Ui) {
	const { uploads } = ui;
	function drop(up: Upload): void {
		ui.uploads = uploads.filter((u) => u !== up);
		ui.redraw(true);
	}
	function retry(up: Upload): void {
		upload(ui, up);
		ui.redraw();
	}
	const refused = uploads.find((u) => u.error);
	const remove = refused && reason(ui, 'stuck', '').replace('{name}', refused.name);
	return [
		uploads.length > 0 && (
			<ul class="files">
				{uploads.map((up) => (
					<li class={'file' + (up.error ? ' error' : '')} key={up}>
						{up.url ? <img src={up.url} alt="" /> : icon('paper')}
						<span>
							<b>{up.name}</b>
							<small role={up.error && 'alert'}>{up.error ? why(ui, up.error) : bytes(up.size)}</small>
							{!up.got && !up.error && <progress value={up.done} aria-label={up.name} />}
						</span>
						{up.error && up.again && (
							<button type="button" class="link" onclick={() => retry(up)}>
								{t('again')}
							</button>
						)}
						{iconButton('close', t('file.remove', { name: up.name }), () => drop(up))}
					</li>
				))}
			</ul>
		),
		remove && (
			<p class="error stuck" tabindex="-1">
				{remove}
			</p>
		),
	];
}
