/** A piece of a message: text, or a mark around pieces. There is no raw HTML in it, by construction. */
export type Piece = string | { mark: 'strong' | 'em' | 'code' | 'pre' | 'a'; href?: string; inner: Piece[] };

// Bounded, so that no text makes it slow. Group by group: fence, code, bold, italics, [text](address), bare address.
const inline =
	/```(?:\w*\n)?([^]+?)```|`([^`\n]+)`|\*\*(?=\S)([^\n]{0,999}?\S)\*\*|(?<![\w*])[*_](?=[^\s*_])([^\n*_]*[^\s*_])[*_](?![\w*])|\[([^[\]\n]{1,300})\]\(([^\s()]{1,2000})\)|((?:https?:\/\/|mailto:|tel:)[^\s<>"]+)/g;

const safe = /^(https?:\/\/[^\s/]|mailto:[^\s]|tel:[+\d])/i;

const deepest = 4;

/** The small subset of Markdown that people use in chats. What is not understood stays as it was typed. */
export function parse(text: string, depth = 0): Piece[] {
	const out: Piece[] = [];
	let done = 0;
	const put = (until: number) => until > done && out.push(text.slice(done, until));
	for (const m of depth < deepest ? text.matchAll(inline) : []) {
		const [all, fence, code, strong, em, label, target, address] = m;
		const bare = address && trimAddress(address);
		const href = bare ?? target;
		const inside = strong ?? em;
		if (href !== undefined && !safe.test(href)) continue;
		put(m.index);
		out.push(
			href !== undefined
				? { mark: 'a', href, inner: [label ?? href] }
				: inside !== undefined
					? { mark: strong ? 'strong' : 'em', inner: parse(inside, depth + 1) }
					: { mark: fence ? 'pre' : 'code', inner: [fence ? fence.replace(/\n$/, '') : code!] },
		);
		done = m.index + (bare ?? all).length;
	}
	put(text.length);
	return out;
}

/** Punctuation after an address belongs to the sentence; a bracket, too, if none was opened in the address. */
function trimAddress(address: string): string {
	return address.replace(address.includes('(') ? /[.,:;!?'"*_]+$/ : /[).,:;!?'"*_]+$/, '');
}
