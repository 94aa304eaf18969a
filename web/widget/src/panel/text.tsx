import { parse, type Piece } from '@heard/shared/markdown.ts';
import { h, type Child } from './view.ts';

/** A message as nodes. Nothing of it is ever read as HTML. */
export function text(body: string): Child[] {
	return parse(body).map(node);
}

/** A message in one line, without its marks. */
export function plain(body: string | undefined): string {
	return body?.replace(/[*`]/g, '') ?? '';
}

function node(p: Piece): Child {
	if (typeof p === 'string') return p;
	const link = p.mark === 'a' && { href: p.href, target: '_blank', rel: 'noreferrer' };
	return h(p.mark, link || {}, p.inner.map(node));
}
