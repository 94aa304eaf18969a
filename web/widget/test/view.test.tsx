import { beforeEach, expect, test } from 'vitest';
import { text } from '../src/panel/text.tsx';
import { h, render } from '../src/panel/view.ts';

let root: HTMLElement;

beforeEach(() => {
	document.body.replaceChildren((root = document.createElement('div')));
});

test('draws, and draws only what differs', () => {
	const draw = (label: string, on: boolean) =>
		render(
			<p class={on && 'on'}>
				{on && <b>yes</b>}
				<input value="typed" aria-label={label} />
				{label}
			</p>,
			root,
		);
	draw('one', false);
	const input = root.querySelector('input')!;
	input.focus();
	draw('two', true);
	expect(root.querySelector('input')).toBe(input);
	expect(document.activeElement).toBe(input);
	expect(root.textContent).toBe('yestwo');
	expect(root.querySelector('p')!.className).toBe('on');
	expect(input.getAttribute('aria-label')).toBe('two');
	draw('two', false);
	expect(root.querySelector('p')!.hasAttribute('class')).toBe(false);
	expect(root.querySelector('b')).toBeNull();
});

test('keyed children move with their nodes', () => {
	const draw = (...keys: string[]) => render(<ul>{keys.map((k) => <li key={k}>{k}</li>)}</ul>, root);
	const items = () => [...root.querySelectorAll('li')];
	draw('a', 'b', 'c');
	const [a, b, c] = items();
	draw('c', 'a', 'x', 'b');
	expect(items().map((n) => n.textContent)).toEqual(['c', 'a', 'x', 'b']);
	expect([items()[0], items()[1], items()[3]]).toEqual([c, a, b]);
	draw('b');
	expect(items()).toEqual([b]);
	draw();
	expect(items()).toEqual([]);
});

test('random changes always end in what was asked for', () => {
	let seed = 7;
	const random = (n: number) => (seed = (seed * 16807) % 2147483647) % n;
	for (let round = 0; round < 300; round++) {
		const keys = Array.from({ length: 8 }, (_, i) => i)
			.sort(() => random(3) - 1)
			.slice(0, random(9));
		render(keys.map((k) => (k % 3 === 0 ? <b key={k}>{k}</b> : <i key={k}>{k}</i>)), root);
		expect(root.textContent).toBe(keys.join(''));
	}
});

test('a field keeps what a person typed until the state says otherwise', () => {
	const draw = (value: string) => render(<textarea value={value} />, root);
	draw('');
	const area = root.querySelector('textarea')!;
	area.value = 'ab';
	draw('ab');
	expect(area.value).toBe('ab');
	draw('');
	expect(area.value).toBe('');
});

test('listeners are replaced, not added', () => {
	const heard: number[] = [];
	for (const n of [1, 2]) render(<button onclick={() => heard.push(n)} />, root);
	root.querySelector('button')!.click();
	expect(heard).toEqual([2]);
});

test('pictures are made in their own namespace', () => {
	render(
		<svg viewBox="0 0 1 1">
			<path d="M0 0" />
		</svg>,
		root,
	);
	expect(root.querySelector('path')!.namespaceURI).toBe('http://www.w3.org/2000/svg');
});

test('what people write becomes text and safe links, never markup', () => {
	const hostile = '<img src=x onerror=alert(1)> **<b>x</b>** [a](javascript:alert(1)) https://ok.example/"onclick=alert(1)';
	render(<div>{text(hostile)}</div>, root);
	expect(root.querySelector('img, b, script')).toBeNull();
	expect(root.querySelector('strong')!.textContent).toBe('<b>x</b>');
	const links = [...root.querySelectorAll('a')];
	expect(links.map((a) => a.getAttribute('href'))).toEqual(['https://ok.example/']);
	expect(links[0]!.rel).toBe('noreferrer');
	expect(links[0]!.hasAttribute('onclick')).toBe(false);
});
