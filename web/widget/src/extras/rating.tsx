import type { Conversation } from '@heard/shared/conversation.ts';
import type { Survey } from '@heard/shared/widget-wire.ts';
import type { Ui } from '../panel/ui.ts';
import { alert, h, t } from './kit.ts';

/** One question, one click; the reason is a second, optional step. */
export function rating(ui: Ui, conversation: Conversation, survey: Survey) {
	const { local } = ui;
	const [low, high] = survey.scale;
	const scores = Array.from({ length: high - low + 1 }, (_, i) => low + i);
	const words = [t('csat.1'), t('csat.2'), t('csat.3'), t('csat.4'), t('csat.5')];
	const error = local.errors?.['score'];

	function fail(detail: string): void {
		local.errors = { score: detail };
		ui.redraw();
	}

	function submit(e: Event): void {
		e.preventDefault();
		if (!local.score) return fail(t('required'));
		ui.chat.rate(conversation, survey, local.score, local.comment?.trim() ?? '').then(
			() => {
				local.rated = true;
				ui.redraw(true);
			},
			(problem: Error) => fail(problem.message),
		);
	}

	function choose(n: number): void {
		local.score = n;
		delete local.errors;
		ui.redraw();
	}

	return (
		<form class="rating" onsubmit={submit} key={survey.token}>
			<fieldset>
				<legend>{survey.question}</legend>
				<div class="scores">
					{scores.map((n) => (
						<label>
							<input type="radio" name="score" checked={local.score === n} onchange={() => choose(n)} />
							{high - low === 4 ? [face(n - low + 1), words[n - low]] : n}
						</label>
					))}
				</div>
			</fieldset>
			{local.score && (
				<div class="field">
					<label for="why">{t('csat.comment')}</label>
					<textarea
						id="why"
						rows="2"
						maxlength="2000"
						value={local.comment ?? ''}
						oninput={(e: InputEvent) => (local.comment = (e.target as HTMLTextAreaElement).value)}
					/>
				</div>
			)}
			{error && alert(error)}
			<div class="row">
				<button class="primary">{t('csat.send')}</button>
				<button type="button" class="ghost" onclick={() => ui.skip(survey)}>
					{t('csat.skip')}
				</button>
			</div>
		</form>
	);
}

/** A face whose mouth follows the score, from 1 to 5. */
function face(score: number) {
	const bend = (score - 3) * 2.2;
	return (
		<svg viewBox="0 0 32 32" aria-hidden="true" class="i face">
			<circle cx="16" cy="16" r="13" />
			<path d={`M11.5 12.5v1M20.5 12.5v1M10.5 ${20.5 - bend / 3}q5.5 ${bend} 11 0`} />
		</svg>
	);
}
