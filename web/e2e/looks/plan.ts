import type { FrameLocator, Page } from 'playwright-core';
import { pages } from '../../console/src/reports/types.ts';
import { desk, mine } from '../../console/src/settings/sections.ts';

/** What a path may name that only a running desk knows. */
export interface Ids {
	ticket: string;
	customer: string;
	issue: string;
	inbox: string;
	key: string;
	team: string;
	agent: string;
	week: string;
	survey: string;
	report: string;
	/** The path of a survey that waits for its answer. */
	asked: string;
}

/** Screen is one picture: where it is, as whom one sees it, and what is done there first. */
export interface Screen {
	name: string;
	path: string | ((ids: Ids) => string);
	/** Whose browser: an administrator, or somebody who is not signed in. */
	as: 'admin' | 'nobody';
	/** What must be on the page before it is drawn. */
	shows: string;
	act?: (page: Page) => Promise<unknown>;
	/** What stands there once that is done: it may be loaded first. */
	until?: string;
	/** What is arranged before the page is asked for. */
	before?: (page: Page) => Promise<unknown>;
	/** The whole length of the page, not only what fits. */
	whole?: true;
}

export const admin = (name: string, path: Screen['path'], shows: string, more: Partial<Screen> = {}): Screen => ({ name, path, as: 'admin', shows, ...more });
export const anybody = (name: string, path: Screen['path'], shows: string, more: Partial<Screen> = {}): Screen => ({ name, path, as: 'nobody', shows, ...more });

export const press = (...keys: string[]) => async (page: Page) => {
	for (const key of keys) await page.keyboard.press(key);
};

async function openWidget(page: Page): Promise<void> {
	await page.locator('button.b').click();
	await page.frameLocator('iframe[title="Chat"]').locator('textarea, form, .trouble').first().waitFor();
}

async function writeInWidget(page: Page): Promise<FrameLocator> {
	await openWidget(page);
	const panel = page.frameLocator('iframe[title="Chat"]');
	await panel.locator('.composer textarea').fill('Hello! My cup arrived broken, and the second one has no handle. What can we do?');
	await panel.locator('.composer textarea').press('Enter');
	await panel.locator('.mine:not(.sending) .bubble').first().waitFor();
	return panel;
}

/** inWidget does something in a conversation that has begun. */
export const inWidget = (act: (panel: FrameLocator, page: Page) => Promise<unknown> = async () => {}) => async (page: Page) => {
	await act(await writeInWidget(page), page);
	await page.waitForTimeout(600);
};

async function endInWidget(panel: FrameLocator): Promise<void> {
	await panel.locator('summary').click();
	await panel.locator('details').getByRole('button', { name: 'End chat' }).click();
	await panel.getByRole('group', { name: 'End this chat?' }).getByRole('button', { name: 'End chat' }).click();
}

async function closeWidget(page: Page): Promise<void> {
	await writeInWidget(page);
	await page.keyboard.press('Escape');
}

async function loseWidget(page: Page): Promise<void> {
	await page.route('**/api/widget/session', (r) => r.abort());
	await page.locator('button.b').click();
	await page.frameLocator('iframe[title="Chat"]').locator('.trouble').waitFor();
}

/** Whatever pages the settings and the reports have: a new one is drawn without a word here. */
const settingsPages = [...mine, ...desk];
const reportPages = [...pages, 'weekly'];

export const plan: Screen[] = [
	anybody('sign-in', '/inbox/mine', 'form'),
	admin('inbox', '/inbox/all', '[role=option]'),
	admin('inbox-empty', '/inbox/all?q=nothing-is-called-this&status=all', '.pane-list'),
	admin('ticket', (i) => `/inbox/all/${i.ticket}`, '[role=log] .msg'),
	admin('palette', (i) => `/inbox/all/${i.ticket}`, '[role=log] .msg', { act: press('Control+k') }),
	admin('keys', '/inbox/all', '[role=option]', { act: press('?') }),
	admin('customers', '/customers', '[role=option]'),
	admin('customer', (i) => `/customers/${i.customer}`, '.customer-heading'),
	admin('issues', '/issues', 'main h1'),
	admin('issue', (i) => `/issues/${i.issue}`, '.chart', { whole: true }),
	admin('follow-ups', '/follow-ups', 'main h1'),
	...reportPages.map((p) => admin(`report-${p}`, `/reports/${p}`, '.subnav-here', { whole: true })),
	...settingsPages.map((p) => admin(`settings-${p}`, `/settings/${p}`, '.settings-page h2', { whole: true })),
	admin('settings-inbox', (i) => `/settings/inboxes/${i.inbox}`, '.settings-page form', { whole: true }),
	admin('settings-team', (i) => `/settings/teams/${i.team}`, '.settings-page form', { whole: true }),
	admin('settings-agent', (i) => `/settings/agents/${i.agent}`, '.settings-page form', { whole: true }),
	admin('settings-survey', (i) => `/settings/surveys/${i.survey}`, '.settings-page form', { whole: true }),
	admin('setup', '/setup', '.setup-steps', { whole: true }),
	admin('gallery', '/gallery', '[data-gallery]', { whole: true }),
	admin('weekly-report', (i) => `/reports/weekly/${i.week}`, 'main, body > *', { whole: true }),
	anybody('report-shared', (i) => i.report, 'main, body > *', { whole: true }),
	anybody('survey', (i) => i.asked, 'form', { whole: true }),
	anybody('chat-page', (i) => `/widget/${i.key}`, '#app, body > *'),
	anybody('shop', '/demo/shop', 'body'),
	anybody('widget-launcher', '/demo/shop', 'button.b'),
	anybody('widget', '/demo/shop', 'button.b', { act: openWidget }),
	anybody('widget-chat', '/demo/shop', 'button.b', { act: inWidget() }),
	anybody('widget-menu', '/demo/shop', 'button.b', { act: inWidget((panel) => panel.locator('summary').click()) }),
	anybody('widget-end', '/demo/shop', 'button.b', { act: inWidget(endInWidget) }),
	anybody('widget-list', '/demo/shop', 'button.b', { act: inWidget((panel) => panel.getByRole('button', { name: 'Your conversations' }).click()) }),
	anybody('widget-closed', '/demo/shop', 'button.b', { act: closeWidget }),
	anybody('widget-offline', '/demo/shop', 'button.b', { act: inWidget(async (panel, page) => {
		await page.context().setOffline(true);
		await panel.locator('.trouble').waitFor();
	}) }),
	anybody('widget-lost', '/demo/shop', 'button.b', { act: loseWidget }),
	anybody('playground', '/widget/playground', 'main, form', { whole: true }),
];

/** Look is one way of seeing a screen. */
export interface Look {
	name: string;
	width: number;
	height: number;
	theme: 'light' | 'dark';
	rtl?: true;
	forced?: true;
}

export const looks: Look[] = [
	{ name: 'light', width: 1440, height: 900, theme: 'light' },
	{ name: 'dark', width: 1440, height: 900, theme: 'dark' },
	{ name: 'rtl', width: 1280, height: 800, theme: 'light', rtl: true },
	{ name: '768', width: 768, height: 1024, theme: 'dark' },
	{ name: '390', width: 390, height: 844, theme: 'light' },
	{ name: '320', width: 320, height: 640, theme: 'dark' },
	{ name: 'forced', width: 1280, height: 800, theme: 'light', forced: true },
];
