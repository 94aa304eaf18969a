import { bytes, settled, take } from './files.tsx';
import { icon, iconButton } from './icons.tsx';
import type { Ui } from './ui.ts';
import { h } from './view.ts';
import { t } from './words.ts';

const mostBytes = 16_000;

export function tooLong(text: string): boolean {
	return new TextEncoder().encode(text).length > mostBytes;
}

export function composer(ui: Ui) {
	const files = ui.settings?.attachments;
	const long = tooLong(ui.text);
	const ready = (ui.text.trim() || ui.uploads[0]) && settled(ui) && !long;

	function send(e: Event): void {
		e.preventDefault();
		if (ready) ui.send();
		else ui.extras?.stuck();
	}

	return (
		<form class="composer" onsubmit={send}>
			{long && alert(t('too_long'))}
			{ui.extras?.chosen(ui)}
			<div>
				{files?.enabled && [
					iconButton('clip', `${t('attach')} (≤ ${bytes(files.max_bytes)})`, (e) => ((e.currentTarget as HTMLElement).nextElementSibling as HTMLElement).click()),
					<input
						type="file"
						hidden
						multiple
						accept={files.types?.join()}
						onchange={(e: Event) => {
							const input = e.target as HTMLInputElement;
							take(ui, input);
							input.value = '';
						}}
					/>,
				]}
				<textarea
					rows="1"
					value={ui.text}
					aria-label={t('write')}
					placeholder={t('write')}
					oninput={(e: InputEvent) => {
						ui.text = (e.target as HTMLTextAreaElement).value;
						ui.chat.typing(ui.text);
						ui.redraw();
					}}
					onpaste={(e: ClipboardEvent) => {
						if (take(ui, e.clipboardData!)) e.preventDefault();
					}}
					onkeydown={(e: KeyboardEvent) => {
						if (e.key === 'Enter' && !e.shiftKey && !e.isComposing && !onTouch()) send(e);
					}}
				/>
				<button class="round" aria-label={t('send')} aria-disabled={`${!ready}`}>
					{icon('send')}
				</button>
			</div>
		</form>
	);
}

export function alert(text: string) {
	return (
		<p class="error" role="alert">
			{text}
		</p>
	);
}

/** Enter is a new line there, and a focus would bring up a keyboard over what is to be read. */
export function onTouch(): boolean {
	return matchMedia('(pointer:coarse)').matches;
}
