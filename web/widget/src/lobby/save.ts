import type { Conversation } from '@heard/shared/conversation.ts';
import { path } from '@heard/shared/threads.ts';
import type { Ui } from '../panel/ui.ts';

/** Gives the visitor the conversation as a file. */
export async function save(ui: Ui, c: Conversation, form: 'text' | 'html'): Promise<void> {
	const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
	const written = await ui.chat.api.call<{ text: string; html: string }>('POST', `${path}/${c.id}/transcript`, { time_zone: timeZone });
	const a = document.createElement('a');
	a.href = URL.createObjectURL(new Blob([written[form]], { type: `text/${form === 'text' ? 'plain' : form};charset=utf-8` }));
	a.download = `chat-${c.id}.${form === 'text' ? 'txt' : form}`;
	a.click();
}
