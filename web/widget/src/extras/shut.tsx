import type { Ui } from '../panel/ui.ts';
import { availability, h } from './kit.ts';

/** Nobody is there and nothing is taken: at least it is said until when. */
export function shut(ui: Ui) {
	return (
		<footer>
			<p class="line go" tabindex="-1">
				{ui.settings!.offline_form?.text || availability(ui.settings!)}
			</p>
		</footer>
	);
}
