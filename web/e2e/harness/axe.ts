import axe, { type AxeResults, type RunOptions } from 'axe-core';
import type { Frame, Page } from 'playwright-core';
import { expect } from 'vitest';

/** What axe finds wrong, one line each: the rule, and where. Evaluated from outside, so no page has to allow it. */
export async function violations(where: Page | Frame, rules?: string[]): Promise<string[]> {
	await where.evaluate(axe.source);
	// Frames are pages of their own, and are asked by themselves.
	const options: RunOptions = { iframes: false, resultTypes: ['violations'], ...(rules && { runOnly: rules }) };
	const { violations } = await where.evaluate<AxeResults, RunOptions>((o) => (window as unknown as { axe: typeof axe }).axe.run(document, o), options);
	return violations.flatMap((v) => v.nodes.map((n) => `${v.id}: ${n.target.join(' ')} (${n.any[0]?.message ?? v.help})`));
}

/** The rules that look at colours: a theme changes nothing else. */
const ofColours = ['color-contrast', 'link-in-text-block'];

/** Fails unless axe finds nothing, by light and by darkness. */
export async function sound(where: Page | Frame, name: string): Promise<void> {
	const page = 'goto' in where && 'context' in where ? (where as Page) : (where as Frame).page();
	for (const colorScheme of ['light', 'dark'] as const) {
		await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
		expect(await violations(where, colorScheme === 'dark' ? ofColours : undefined), `${name}, ${colorScheme}`).toEqual([]);
	}
}
