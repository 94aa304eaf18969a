import type { Page } from 'playwright-core';

/**
 * What a page loses in its window: content wider than it, and controls that stand outside of it where nothing can be
 * scrolled to them. One line each, none when all is within reach.
 */
export async function lost(page: Page): Promise<string[]> {
	return page.evaluate(() => {
		const wide = document.documentElement.scrollWidth - innerWidth;
		const out = wide > 0 ? [`the page is ${wide} px wider than its window`] : [];
		const hides = (e: Element) => getComputedStyle(e).overflowX !== 'visible';
		const scrolls = (e: Element) => /auto|scroll/u.test(getComputedStyle(e).overflowX);
		for (const e of document.querySelectorAll('button, a[href], input, select, textarea, [role=option], [role=radio]')) {
			const box = e.getBoundingClientRect();
			if (box.width === 0 || box.height < 2 || !e.checkVisibility({ visibilityProperty: true })) continue;
			let [from, to, reached] = [0, innerWidth, false];
			for (let up = e.parentElement; up && !reached; up = up.parentElement) {
				const edge = up.getBoundingClientRect();
				if (scrolls(up) && up.scrollWidth > up.clientWidth && edge.left >= -1 && edge.right <= innerWidth + 1) reached = true;
				else if (hides(up)) [from, to] = [Math.max(from, edge.left), Math.min(to, edge.right)];
			}
			if (!reached && (box.left < from - 1 || box.right > to + 1)) out.push(`${e.tagName} "${(e.getAttribute('aria-label') ?? e.textContent ?? '').trim().slice(0, 40)}" is cut: ${Math.round(box.left)} to ${Math.round(box.right)} of ${Math.round(from)} to ${Math.round(to)}`);
		}
		return out;
	});
}
