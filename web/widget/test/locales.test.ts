import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';

const dir = path.join(import.meta.dirname, '../locales');
const read = (file: string) => JSON.parse(readFileSync(path.join(dir, file), 'utf8')) as Record<string, unknown>;
const files = readdirSync(dir);
const en = read('en.json');

/** The texts of a message in all its plural forms. */
function forms(message: unknown): string[] {
	return typeof message === 'string' ? [message] : Object.values(message as Record<string, string>);
}

test('the languages that are promised are there', () => {
	expect(files.map((f) => f.replace('.json', '')).sort()).toEqual(['ar', 'de', 'en', 'es', 'fr', 'he', 'it', 'ja', 'nl', 'pt-BR']);
});

test.each(files)('%s has every text, none too many, and the same values in each', (file) => {
	const texts = read(file);
	expect(Object.keys(texts)).toEqual(Object.keys(en));
	for (const [key, message] of Object.entries(texts)) {
		const wanted = [...forms(en[key])[0]!.matchAll(/\{\w+\}/g)].map(String).sort();
		for (const text of forms(message)) {
			expect(text.trim(), key).not.toBe('');
			expect([...text.matchAll(/\{\w+\}/g)].map(String).sort(), key).toEqual(wanted);
		}
	}
});

test('every language has the words that are seldom needed', () => {
	const seldom = path.join(dir, '../words');
	const at = (file: string) => JSON.parse(readFileSync(path.join(seldom, file), 'utf8')) as Record<string, string>;
	expect(readdirSync(seldom)).toEqual(files);
	for (const file of files) {
		const texts = at(file);
		expect(Object.keys(texts), file).toEqual(Object.keys(at('en.json')));
		for (const [key, text] of Object.entries(texts)) expect([text.trim() !== '', text.includes('{size}'), text.includes('{name}')], `${file} ${key}`).toEqual([true, key === 'big', key === 'stuck']);
	}
});

test('every text is used, and every used text exists', () => {
	const sources = ['panel', 'extras', 'lobby'].flatMap((d) => readdirSync(path.join(import.meta.dirname, '../src', d)).map((f) => path.join('../src', d, f)));
	const source = sources.map((f) => readFileSync(path.join(import.meta.dirname, f), 'utf8')).join('\n');
	for (const key of Object.keys(en)) expect(source, key).toContain(`t('${key}'`);
	for (const [, key] of source.matchAll(/\bt\('([\w.]+)'/g)) expect(en, key).toHaveProperty([key!]);
});
