// Texts go into the bundle and the locale files by number, not by key: `t('queue')` becomes `t(12)`, its place in
// en.json, and each locale file becomes a list in that order. The sources keep the keys.
import { readFile } from 'node:fs/promises';

/** Replaces every key that is written out in a source. A key that is not in the list fails the build, and so does one that is worked out while the program runs: nothing would number it. */
export function number(source, keys, file) {
	if (/(?<![\w.])t\((?!')/.test(source)) throw new Error(`${file}: a text's key must be written out`);
	return source.replace(/\bt\('([\w.]+)'/g, (_, key) => {
		const place = keys.indexOf(key);
		if (place < 0) throw new Error(`${file}: no text has the key ${key}`);
		return `t(${place}`;
	});
}

/** The esbuild plugin. */
export function texts(keys) {
	return {
		name: 'texts',
		setup(build) {
			build.onLoad({ filter: /\.tsx?$/ }, async ({ path }) => {
				const source = await readFile(path, 'utf8');
				return { contents: /\/(panel|extras|lobby)\//.test(path) ? number(source, keys, path) : source, loader: path.endsWith('x') ? 'tsx' : 'ts' };
			});
		},
	};
}
