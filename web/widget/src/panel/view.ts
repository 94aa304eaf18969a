/**
 * Renders the panel: JSX to nodes, and at each redraw only what differs. Under a kilobyte, where the
 * smallest framework would take more than a quarter of the widget's budget.
 *
 * Why it can be so small: components are plain functions of the one `Ui` object, called as such, so there
 * is no state to keep for them. Children are matched by key, else by place (an absent child keeps its
 * place), so a list whose length changes needs keys.
 */
export type Child = View | string | number | boolean | null | undefined | Child[];

export interface View {
	tag: string;
	props: Record<string, any>;
	inside: (View | null)[];
	node?: Element | Text;
}

type Held = Element & { held?: (View | null)[] };

export function h(tag: string, props: Record<string, any> | null, ...children: Child[]): View {
	return { tag, props: props ?? {}, inside: flat(children) };
}

export function render(child: Child, into: Held): void {
	const views = flat([child]);
	patch(into, into.held ?? [], views);
	into.held = views;
}

function flat(children: Child[], out: (View | null)[] = []): (View | null)[] {
	for (const c of children) {
		if (Array.isArray(c)) flat(c, out);
		else if (typeof c === 'object') out.push(c);
		else out.push(c === undefined || c === '' || typeof c === 'boolean' ? null : h('', { text: String(c) }));
	}
	return out;
}

function patch(parent: Element, old: (View | null)[], views: (View | null)[]): void {
	const keyed = new Map(old.map((v) => [v?.props['key'], v]));
	const before = views.map((v, i) => {
		const key = v?.props['key'];
		const was = key === undefined ? old[i] : keyed.get(key);
		return was && was.tag === v?.tag && was.props['key'] === key ? was : null;
	});
	for (const v of old) if (v && !before.includes(v)) v.node!.remove();
	let place = parent.firstChild;
	views.forEach((v, i) => {
		if (!v) return;
		const was = before[i];
		const node = (v.node = was ? was.node! : create(v.tag));
		if (node instanceof Text) {
			if (node.data !== v.props['text']) node.data = v.props['text'];
		} else {
			patch(node, was ? was.inside : [], v.inside);
			dress(node, was ? was.props : {}, v.props);
		}
		if (node === place) place = node.nextSibling;
		else parent.insertBefore(node, place);
	});
}

function create(tag: string): Element | Text {
	if (!tag) return document.createTextNode('');
	return /^(svg|path|circle)$/.test(tag) ? document.createElementNS('http://www.w3.org/2000/svg', tag) : document.createElement(tag);
}

function dress(node: Element & Record<string, any>, old: Record<string, any>, now: Record<string, any>): void {
	for (const name in { ...old, ...now }) {
		const v = now[name];
		if (name === 'value' || name === 'checked') {
			if (node[name] !== v) node[name] = v; // a person changes these, too: only the node knows what it holds
		} else if (name === 'key' || v === old[name]) continue;
		else if (name.startsWith('on')) node[name] = v ?? null;
		else if (v === undefined || v === false) node.removeAttribute(name);
		else node.setAttribute(name, v === true ? '' : v);
	}
}

declare global {
	namespace JSX {
		type Element = View;
		interface IntrinsicElements {
			[tag: string]: Record<string, any>;
		}
	}
}
