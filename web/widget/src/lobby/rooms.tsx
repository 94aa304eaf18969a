import type { Ui } from '../panel/ui.ts';
import { clock, day, dayOf, h, initial, plain, t } from './kit.ts';

/** All conversations of this visitor, newest first. */
export function rooms(ui: Ui) {
	const { threads } = ui.chat;
	// What was said last stands in the conversation itself.
	for (const c of threads.list.slice(0, 9)) if (!c.loaded) void threads.read(c);
	return (
		<ul class="list scroll" key="list">
			{threads.list.map((c) => (
				<li key={c.id}>
					<button onclick={() => ui.show(c.id)} aria-current={c === ui.chat.current && 'true'}>
						{initial(c.agent || ui.settings!.title)}
						<span>
							<b>
								<bdi>{c.agent || ui.settings!.title}</bdi>
							</b>
							<small>
								<bdi>{plain(c.newestMessage?.body) || (c.over || c.status === 'resolved' ? t('ended') : '')}</bdi>
							</small>
						</span>
						<span class="side">
							<small>{dayOf(c.updatedAt) === dayOf(new Date()) ? clock(c.updatedAt) : day(c.updatedAt)}</small>
							{c.unread > 0 && (
								<span class="count">
									{c.unread}
									<span class="unseen"> {t('newest')}</span>
								</span>
							)}
						</span>
					</button>
				</li>
			))}
			{threads.next && (
				<li key="more">
					<button onclick={() => ui.attempt(threads.more())}>{t('earlier')}</button>
				</li>
			)}
		</ul>
	);
}
