import { icon } from './icons.tsx';
import type { Ui } from './ui.ts';
import { h } from './view.ts';

const mostBytes = 16_000;

export function tooLong(text: string): boolean {
	return new TextEncoder().encode(text).length > mostBytes;
}

export function composer(ui: Ui) {
	const { t } = ui;
	const text = ui.text.trim();
	const long = tooLong(text);

	function send(e: Event): void {
		e.preventDefault();
		if (text && !long) ui.send();
	}

	return (
		<form class="composer" onsubmit={send}>
			{long && (
				<p class="error" role="alert">
					{t('too_long')}
				</p>
			)}
			<div>
				<textarea
					rows="1"
					value={ui.text}
					aria-label={t('write')}
					placeholder={t('write')}
					oninput={(e: InputEvent) => {
						ui.text = (e.target as HTMLTextAreaElement).value;
						ui.chat.typing();
						ui.redraw();
					}}
					onkeydown={(e: KeyboardEvent) => {
						if (e.key === 'Enter' && !e.shiftKey && !e.isComposing && !onTouch()) send(e);
					}}
				/>
				<button class="round" aria-label={t('send')} aria-disabled={!text || long ? 'true' : 'false'}>
					{icon('send')}
				</button>
			</div>
		</form>
	);
}

/** Enter is a new line there, and a focus would bring up a keyboard over what is to be read. */
export function onTouch(): boolean {
	return matchMedia('(pointer:coarse)').matches;
}
