import { expect, test } from 'vitest';
import { sound } from '../harness/axe.ts';
import { gone, until, visible } from '../harness/expect.ts';
import { Host, text } from '../harness/host.ts';
import { Stage } from '../harness/stage.ts';
import { Widget } from '../harness/widget.ts';

const stage = new Stage();
const host = new Host(stage);

test('two tabs of one visitor have one conversation, one count of what is unread, and sign out together', async () => {
	const person = await stage.person();
	const site = await host.open({ body: text + host.tag() }, '127.0.0.1'); // of Heard's own site, so that frames may keep things
	const tabs = [new Widget(await stage.page('first', person)), new Widget(await stage.page('second', person))] as const;
	await tabs[0].page.goto(site.url);
	await tabs[0].open();
	await tabs[0].write('From the first.');
	await visible(tabs[0].sent);
	await tabs[1].page.goto(site.url);
	await tabs[1].open();
	await until(() => tabs[1].messages(), ['From the first.']);
	await tabs[1].write('From the second.');
	await until(() => tabs[0].messages(), ['From the first.', 'From the second.']);
	for (const tab of tabs) await tab.launcher.click();
	await host.answer('From the first.', 'To both.');
	for (const tab of tabs) await until(() => tab.launcher.getAttribute('aria-label'), 'Open chat, 1');
	await until(() => tabs[1].page.title(), '(1) A site');
	await tabs[1].page.bringToFront();
	await tabs[1].launcher.click();
	await visible(tabs[1].theirs('To both.'));
	await until(() => tabs[1].launcher.getAttribute('aria-label'), 'Open chat');
	await tabs[0].page.frames().find((f) => f.url().startsWith(host.heard.url))!.evaluate(() => dispatchEvent(new Event('visibilitychange'))); // one comes back to it
	for (const tab of tabs) await until(() => tab.launcher.getAttribute('aria-label'), 'Open chat');
	await until(() => tabs[0].page.title(), 'A site');
	await tabs[1].page.evaluate(() => (window as any).Heard.logout());
	await tabs[0].open();
	await until(() => tabs[0].messages(), []);
});

test('the next page has the chat as it was: open, with what is being written, and a solved one is taken up again', async () => {
	const person = await stage.person();
	const site = await host.open({ body: text + host.tag() }, '127.0.0.1'); // of Heard's own site, so that frames may keep things
	const widget = new Widget(await stage.page('customer', person));
	await widget.page.goto(site.url);
	await widget.open();
	await widget.write('My lamp flickers.');
	await visible(widget.sent);
	await host.answer('My lamp flickers.', 'Which lamp?');
	await visible(widget.theirs('Which lamp?'));
	await widget.composer.fill('The one in the');
	await widget.page.reload();
	await visible(widget.frame);
	await until(() => widget.composer.inputValue(), 'The one in the');
	await until(() => widget.messages(), ['My lamp flickers.', 'Which lamp?']);
	expect(await widget.page.evaluate(() => document.activeElement === document.body), 'it does not take the focus').toBe(true);
	expect(await widget.page.locator('.t').count(), 'and teases nobody').toBe(0);

	await widget.write('The one in the hall.');
	await until(() => widget.sent.count(), 2);
	await host.resolve('My lamp flickers.');
	await visible(widget.panel.getByText('Marked as solved. Write again if it is not.'));
	await widget.page.reload();
	await until(() => widget.messages(), ['My lamp flickers.', 'Which lamp?', 'The one in the hall.']);
	expect(await widget.composer.inputValue(), 'what was sent is no draft').toBe('');
	await visible(widget.panel.getByRole('button', { name: 'New conversation' }));
	await widget.write('It still flickers.');
	await until(() => widget.sent.count(), 3);
	expect(await host.statusOf('My lamp flickers.')).toBe('open');

	await widget.launcher.click();
	await widget.page.reload();
	await until(() => widget.launcher.getAttribute('aria-expanded'), 'false');
	await widget.page.evaluate(() => (window as any).Heard.logout());
	await until(() => widget.page.evaluate(() => localStorage.length + sessionStorage.length), 0);
});

test('a window of its own takes the conversation along, and the page gets its launcher back', async () => {
	const widget = await host.come({ body: text + host.tag() });
	await widget.open();
	await widget.write('Let us talk elsewhere.');
	await visible(widget.sent);
	const opening = widget.page.waitForEvent('popup');
	await widget.choose('Open in a window');
	const out = await opening;
	await visible(out.locator('.mine', { hasText: 'Let us talk elsewhere.' }));
	await gone(widget.page.locator('iframe'));
	await until(() => widget.launcher.getAttribute('aria-expanded'), 'false');
	await out.locator('.composer textarea').fill('Here I am.');
	await out.locator('.composer textarea').press('Enter');
	await visible(out.locator('.mine:not(.sending)', { hasText: 'Here I am.' }));
	await sound(out, 'a window of its own');
	await out.close();
	await widget.open();
	await until(() => widget.messages(), ['Let us talk elsewhere.', 'Here I am.']);
});

test('a sound in two tabs is one sound, and none while one of them shows the answer', async () => {
	const person = await stage.person();
	await person.addInitScript(() => {
		Object.assign(window, { rung: 0 });
		const { start } = OscillatorNode.prototype;
		OscillatorNode.prototype.start = function (at) {
			(window as any).rung++;
			start.call(this, at);
		};
	});
	const site = await host.open({ body: text + host.tag() }, '127.0.0.1');
	const tabs = [new Widget(await stage.page('first', person)), new Widget(await stage.page('second', person))] as const;
	for (const tab of tabs) {
		await tab.page.goto(site.url);
		await tab.open();
		await tab.composer.click(); // by which the panel may sound
		if (tab === tabs[0]) await tab.write('Ring one of us.');
		await visible(tab.sent);
	}
	const rung = async () => {
		const each = tabs.map((tab) => tab.page.frames().find((f) => f.url().startsWith(host.heard.url))!.evaluate(() => (window as any).rung as number));
		return (await Promise.all(each)).reduce((a, b) => a + b);
	};
	for (const tab of tabs) await tab.launcher.click();
	await host.answer('Ring one of us.', 'To either.');
	for (const tab of tabs) await until(() => tab.launcher.getAttribute('aria-label'), 'Open chat, 1');
	await until(rung, 2); // the two tones of one sound
	await tabs[1].page.bringToFront();
	await tabs[1].launcher.click();
	await until(() => tabs[0].launcher.getAttribute('aria-label'), 'Open chat');
	await host.answer('Ring one of us.', 'To whoever looks.');
	await visible(tabs[1].theirs('To whoever looks.'));
	await until(() => tabs[0].launcher.getAttribute('aria-label'), 'Open chat');
	await tabs[0].page.waitForTimeout(1500); // longer than a tab waits before it rings
	expect(await rung()).toBe(2);
});

test('a sound for an answer that nobody looks at, until it is turned off', async () => {
	const widget = await host.come({ body: text + host.tag() }, {}, () => {
		Object.assign(window, { rung: 0 });
		const { start } = OscillatorNode.prototype;
		OscillatorNode.prototype.start = function (at) {
			(window as any).rung++;
			start.call(this, at);
		};
	});
	const rung = () => widget.page.frames().find((f) => f.url().startsWith(host.heard.url))!.evaluate(() => (window as any).rung as number);
	await widget.launcher.click();
	await visible(widget.composer);
	await widget.composer.click();
	await widget.write('Ring me.');
	await visible(widget.sent);
	await host.answer('Ring me.', 'One.');
	await visible(widget.theirs('One.'));
	expect(await rung(), 'before the visitor’s eyes').toBe(0);
	await widget.launcher.click();
	await host.answer('Ring me.', 'Two.');
	await until(rung, 2); // two tones
	await widget.launcher.click();
	await widget.choose('Turn sound off');
	await widget.launcher.click();
	await host.answer('Ring me.', 'Three.');
	await until(() => widget.launcher.getAttribute('aria-label'), 'Open chat, 1');
	expect(await rung()).toBe(2);
	expect(await widget.page.evaluate(() => Object.keys(localStorage).filter((k) => k.endsWith(':s')).length)).toBe(1);
});
