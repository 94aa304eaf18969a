import type { Locator } from 'playwright-core';
import { expect, vi } from 'vitest';
import { patience } from './stage.ts';

/** Waits until a question has the wanted answer; fails with the last answer. */
export async function until<T>(ask: () => Promise<T> | T, want: T, within = patience): Promise<void> {
	await vi.waitFor(async () => expect(await ask()).toEqual(want), { timeout: within, interval: 50 });
}

export async function visible(what: Locator, within = patience): Promise<void> {
	await what.first().waitFor({ state: 'visible', timeout: within });
}

export async function gone(what: Locator): Promise<void> {
	await until(() => what.count(), 0);
}

/** Waits until keys go to a field or a control. */
export async function focused(what: Locator): Promise<void> {
	await until(() => what.evaluate((e) => e === document.activeElement), true);
}

/** The texts of what a locator finds, each on one line. */
export async function texts(what: Locator): Promise<string[]> {
	return (await what.allInnerTexts()).map((t) => t.replace(/\s+/g, ' ').trim());
}

/** Types on, as people do, until somebody else sees that they are typing: one key alone may come before they look. */
export async function typeUntil(field: Locator, seen: Locator): Promise<void> {
	await until(async () => {
		await field.press('x');
		return seen.first().isVisible();
	}, true);
}
