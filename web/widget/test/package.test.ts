import { afterEach, beforeEach, expect, test, vi } from 'vitest';

type Package = typeof import('../package/src/index.ts');

const fresh = async (): Promise<Package> => {
	vi.resetModules();
	return import('../package/src/index.ts');
};
let tags: HTMLScriptElement[] = [];

/** Does what the browser does when the script has come: it runs, and the tag says so. */
function arrive(heard: object): void {
	Object.assign(window, { Heard: heard });
	tags.at(-1)!.onload!(new Event('load'));
}

const widget = () => ({ boot: vi.fn(), update: vi.fn(), destroy: () => delete (window as { Heard?: unknown }).Heard });

beforeEach(() => {
	tags = [];
	vi.spyOn(document.head, 'append').mockImplementation((tag) => void tags.push(tag as HTMLScriptElement)); // nothing is fetched
});
afterEach(() => {
	vi.restoreAllMocks();
	delete (window as { Heard?: unknown }).Heard;
});

test('it loads once, hands the settings over, and later ones update them', async () => {
	const { load } = await fresh();
	const first = load({ url: 'https://help.example/', inbox: 'KEY', color: '#2f5947', proactive: false });
	const second = load({ url: 'https://help.example', inbox: 'KEY', side: 'start' });
	expect(tags.map((t) => t.src)).toEqual(['https://help.example/widget.js']);
	expect(window.HeardSettings).toEqual({ inbox: 'KEY', color: '#2f5947' });
	const heard = widget();
	arrive(heard);
	expect(await first).toBe(heard);
	expect(await second).toBe(heard);
	expect(heard.update).toHaveBeenCalledWith({ inbox: 'KEY', side: 'start' });
	await expect(load({ url: 'https://help.example', inbox: 'OTHER' })).rejects.toThrow(/another inbox/);
});

test('after a failure, and after destroy, it can be loaded again', async () => {
	const { load } = await fresh();
	const settings = { url: 'https://help.example', inbox: 'KEY' };
	const failed = load(settings);
	tags[0]!.onerror!(new Event('error'));
	await expect(failed).rejects.toThrow(/could not be loaded/);
	const again = load(settings);
	const heard = widget();
	arrive(heard);
	await again;
	heard.destroy();
	void load({ ...settings, inbox: 'OTHER' });
	expect(tags).toHaveLength(3);
});

test('a widget that a tag of the page has brought is taken as it is; a stub is not taken for one', async () => {
	const { load } = await fresh();
	const heard = widget();
	Object.assign(window, { Heard: heard });
	expect(await load({ url: 'https://help.example', inbox: 'KEY' })).toBe(heard);
	expect(tags).toHaveLength(0);
	Object.assign(window, { Heard: () => {} });
	void load({ url: 'https://help.example', inbox: 'KEY' });
	expect(tags).toHaveLength(1);
});

test('without a page it does nothing, quietly', async () => {
	const { load, methods } = await fresh();
	vi.stubGlobal('document', undefined);
	const heard = await load({ url: 'https://help.example', inbox: 'KEY' });
	vi.unstubAllGlobals();
	expect(heard.isOpen()).toBe(false);
	heard.on('unread', () => expect.fail('nothing happens here'))();
	for (const name of methods) expect(heard[name], name).toBeTypeOf('function');
	expect(heard('open')).toBeUndefined();
});

test('its methods are those of the widget', async () => {
	const { methods } = await fresh();
	const script = Object.assign(document.createElement('script'), {});
	Object.defineProperty(script, 'src', { value: 'https://help.example/widget.js' });
	script.dataset['manual'] = '';
	Object.defineProperty(document, 'currentScript', { value: script, configurable: true });
	await import('../src/loader/main.ts');
	expect(Object.keys(window.Heard!).sort()).toEqual([...methods].sort());
});
