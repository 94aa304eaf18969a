import type { Conversation } from '@heard/shared/conversation.ts';
import type { Survey } from '@heard/shared/widget-wire.ts';
import type { Ui } from '../panel/ui.ts';
import { alert, h, t } from './kit.ts';

/** Arrow keys pass by scores that nobody means. */
const settled = 800;
let timer: ReturnType<typeof setTimeout>;

/**
 * One question, one click: the score is stored as soon as it stands for a moment. The reason and whatever else the survey
 * asks are a second, optional step.
 */
export function rating(ui: Ui, conversation: Conversation, survey: Survey) {
	const { local } = ui;
	const [low, high] = survey.scale;
	const scores = Array.from({ length: high - low + 1 }, (_, i) => low + i);
	const words = [t('csat.1'), t('csat.2'), t('csat.3'), t('csat.4'), t('csat.5')];
	const faces = high - low === 4;
	const error = local.errors?.['score'];
	const ticked = (local.ticked ??= []);
	const said = (local.said ??= {});

	const store = (score: number, more?: object) => ui.chat.api.call('POST', '/api/widget/surveys/' + survey.token, { score, ...more });

	function fail(detail: string): void {
		local.errors = { score: detail };
		ui.redraw();
	}

	function submit(e: Event): void {
		e.preventDefault();
		if (local.score === undefined) {
			(e.target as HTMLFormElement).querySelector('input')!.focus(); // where the answer is missing
			return fail(t('required'));
		}
		const more = { comment: local.comment?.trim() || undefined, ...(ticked[0] && { reasons: ticked }), ...(Object.keys(said)[0] && { answers: said }) };
		clearTimeout(timer);
		const { score } = local;
		Promise.resolve(local.stored).then(() => store(score, more)).then(
			() => {
				conversation.survey = undefined;
				ui.onEvent('csat', { conversation: conversation.id, score });
				delete local.asked;
				local.rated = true;
				ui.redraw(true);
			},
			(problem: Error) => fail(problem.message),
		);
	}

	function choose(n: number): void {
		local.score = n;
		delete local.errors;
		local.asked = survey;
		clearTimeout(timer);
		timer = setTimeout(() => {
			local.stored = store(n).catch(() => {}); // "Send" tries again, and says what is wrong
		}, settled);
		ui.redraw();
	}

	function tick(key: string): void {
		local.ticked = ticked.includes(key) ? ticked.filter((k) => k !== key) : [...ticked, key];
		ui.redraw();
	}

	function tell(key: string, value: string): void {
		said[key] = value;
		ui.redraw();
	}

	const written = (id: string, label: string, value: string | undefined, set: (v: string) => void) => (
		<div class="field">
			<label for={id}>{label}</label>
			<textarea id={id} rows="2" maxlength="2000" value={value ?? ''} oninput={(e: InputEvent) => set((e.target as HTMLTextAreaElement).value)} />
		</div>
	);

	return (
		<form class="rating" onsubmit={submit} key={survey.token}>
			<fieldset aria-describedby={survey.ends ? 'ends' : undefined}>
				<legend>{survey.question}</legend>
				<div class={faces ? 'scores' : 'scores numbers'}>
					{scores.map((n) => (
						<label>
							<input type="radio" name="score" checked={local.score === n} onchange={() => choose(n)} />
							{faces ? [face(n - low + 1), words[n - low]] : n}
						</label>
					))}
				</div>
				{survey.ends && (
					<p class="ends" id="ends">
						{`${low} = ${survey.ends[0]}, ${high} = ${survey.ends[1]}`}
					</p>
				)}
			</fieldset>
			{local.score !== undefined && survey.reasons && (
				<fieldset>
					<legend>{survey.reason}</legend>
					<div class="scores list">
						{survey.reasons.map((r) => (
							<label>
								<input type="checkbox" checked={ticked.includes(r.key)} onchange={() => tick(r.key)} />
								{r.text}
							</label>
						))}
					</div>
				</fieldset>
			)}
			{local.score !== undefined && written('why', t('csat.comment'), local.comment, (v) => (local.comment = v))}
			{local.score !== undefined &&
				survey.questions?.map((q) => {
					const options = q.choices ?? Array.from({ length: q.high ?? 0 }, (_, i) => ({ key: String(i + 1), text: String(i + 1) }));
					if (!options[0]) return written('q-' + q.key, q.text, said[q.key], (v) => tell(q.key, v));
					return (
						<fieldset>
							<legend>{q.text}</legend>
							<div class={q.high ? 'scores numbers' : 'scores list'}>
								{options.map((o) => (
									<label>
										<input type="radio" name={'q-' + q.key} checked={said[q.key] === o.key} onchange={() => tell(q.key, o.key)} />
										{o.text}
									</label>
								))}
							</div>
						</fieldset>
					);
				})}
			{error && alert(error)}
			<div class="row">
				<button class="primary">{t('csat.send')}</button>
				<button type="button" class="ghost" onclick={() => (delete local.asked, ui.store().set(ui.key + 'skip', survey.token), ui.redraw(true))}>
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
