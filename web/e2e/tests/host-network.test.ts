import { test } from 'vitest';
import { until, visible } from '../harness/expect.ts';
import { Host, text } from '../harness/host.ts';
import { Stage } from '../harness/stage.ts';

const stage = new Stage();
const host = new Host(stage);

test('a slow network: the panel says that it comes, and what was typed meanwhile is sent', async () => {
	const widget = await host.come({ body: text + host.tag() });
	const cdp = await widget.page.context().newCDPSession(widget.page);
	await cdp.send('Network.emulateNetworkConditions', { offline: false, latency: 600, downloadThroughput: 20_000, uploadThroughput: 10_000 });
	await widget.launcher.click();
	await visible(widget.frame);
	await visible(widget.composer);
	await widget.write('Slowly.');
	await visible(widget.sent.filter({ hasText: 'Slowly.' }));
});

test('offline and back: it is said, the message waits, and goes by itself', async () => {
	const widget = await host.come({ body: text + host.tag() });
	await widget.open();
	await widget.write('One.');
	await visible(widget.sent);
	await widget.page.context().setOffline(true);
	await widget.write('Two.');
	await visible(widget.panel.getByRole('status').getByText('You are offline. Your messages are kept and will be sent.'));
	await visible(widget.sending.filter({ hasText: 'Two.' }));
	await widget.page.context().setOffline(false);
	await until(() => widget.sending.count(), 0, 40_000);
	await until(() => widget.messages(), ['One.', 'Two.']);
});
