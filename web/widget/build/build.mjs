// Builds the loader and the panel into dist, writes the manifest that the server reads, and fails above the budget.
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build, transform } from 'esbuild';
import { minify } from 'vite';
import { internal } from './internal.mjs';
import { texts } from './texts.mjs';

const widget = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const out = path.resolve(process.env.HEARD_DIST_OUT ?? path.join(widget, '..', 'dist'));
const budget = { loader: 3.0, all: 20, extras: 4.1, lobby: 1.8, host: 2.2, words: 2.4 }; // KB of 1,024 bytes, gzip -9; all is what every chat loads

const target = ['chrome123', 'firefox128', 'safari18'];

/** A script that imports a style sheet gets it as a text. */
const styles = {
	name: 'styles',
	setup({ onLoad }) {
		onLoad({ filter: /(extras|lobby|host)\.css$/ }, async ({ path }) => {
			const { code } = await transform(await readFile(path, 'utf8'), { loader: 'css', minify: true, target });
			return { contents: tokens(code), loader: 'text' };
		});
	},
};

/** Shortens the tokens' names, all but the one that scripts set: it is the only one that is not of the sheets alone. */
const short = new Map();
function tokens(css) {
	return css.replace(/--[\w-]+: /g, (name) => name.trim()).replace(/--(?!brand)[\w-]+/g, (name) => {
		if (!short.has(name)) short.set(name, '--' + (short.size + 10).toString(36));
		return short.get(name);
	});
}

const common = (entry) => ({
	entryPoints: [path.join(widget, 'src', entry)],
	absWorkingDir: widget,
	outdir: 'out',
	bundle: true,
	minify: true,
	write: false,
	charset: 'ascii', // the loader is read in the charset of a page that is not ours
	legalComments: 'none',
	target,
	jsxFactory: 'h',
	logLevel: 'warning',
});

async function bundle(entry, options = {}) {
	const { outputFiles } = await build({ ...common(entry), ...options });
	const { text } = outputFiles[0];
	if (entry.startsWith('playground')) return Buffer.from(text); // a page of its own, with line breaks in its texts
	return entry.endsWith('css') ? Buffer.from(tokens(text)) : smaller(entry, text);
}

/** The names that a bundle's private words are given. */
async function shortened(entry, options) {
	return (await build({ ...common(entry), ...options, mangleCache: {} })).mangleCache;
}

/** A second minifier finds what the first one left: about one part in a hundred. */
async function smaller(entry, text) {
	const { code, errors } = await minify(entry, text, { module: !entry.startsWith('loader'), compress: { target: 'es2022' }, mangle: { toplevel: true } });
	if (errors.length > 0) throw new Error(errors[0].message);
	return Buffer.from(code.replaceAll('\n', '')); // what is left of them stands in the style sheet, for its readers
}

async function put(name, bytes) {
	const file = path.join(out, name);
	await mkdir(path.dirname(file), { recursive: true });
	await writeFile(file, bytes);
}

async function locale(file) {
	return JSON.parse(await readFile(path.join(widget, 'locales', file), 'utf8'));
}

const hashed = (stem, ext, bytes) =>
	`assets/widget/${stem}-${createHash('sha256').update(bytes).digest('hex').slice(0, 8)}.${ext}`;

const host = await bundle('host/main.ts', { format: 'esm', plugins: [styles] });
const hostName = hashed('host', 'js', host);
const loader = await bundle('loader/main.ts', { format: 'iife', tsconfigRaw: { compilerOptions: { alwaysStrict: false } }, define: { HOST: JSON.stringify('/' + hostName) } });
const keys = Object.keys(await locale('en.json'));
const inside = {
	format: 'esm',
	charset: 'utf8',
	mangleProps: internal,
	plugins: [texts(keys), styles],
	tsconfigRaw: { compilerOptions: { useDefineForClassFields: false } }, // a field without a value takes no room
};
// The panel and its extras are built apart and must shorten the same names alike.
const mangleCache = await shortened('panel/main.tsx', inside);
const seldom = {};
for (const file of (await readdir(path.join(widget, 'words'))).sort()) seldom[file.replace('.json', '')] = JSON.parse(await readFile(path.join(widget, 'words', file), 'utf8'));
const words = Buffer.from('export default ' + JSON.stringify(seldom));
const wordsName = hashed('words', 'js', words);
const extras = await bundle('extras/main.ts', { ...inside, mangleCache, define: { WORDS: JSON.stringify('/' + wordsName) } });
const extrasName = hashed('extras', 'js', extras);
const lobby = await bundle('lobby/main.ts', { ...inside, mangleCache });
const lobbyName = hashed('lobby', 'js', lobby);
const js = await bundle('panel/main.tsx', { ...inside, mangleCache, define: { PARTS: JSON.stringify({ extras: '/' + extrasName, lobby: '/' + lobbyName }) } });
const css = await bundle('panel/panel.css');
const playground = await bundle('playground/main.ts', { format: 'esm' });
const locales = {};
for (const file of (await readdir(path.join(widget, 'locales'))).sort())
	locales[file] = Buffer.from(JSON.stringify(Object.values(await locale(file))));

const size = (bytes) => gzipSync(bytes, { level: 9 }).length;
const gz = { loader: size(loader), panel_js: size(js), panel_css: size(css), extras: size(extras), lobby: size(lobby), host: size(host), words: size(words), locale: Math.max(...Object.values(locales).map(size)) };
gz.all = gz.loader + gz.panel_js + gz.panel_css + gz.locale;

const kb = (n) => (n / 1024).toFixed(2).padStart(7);
console.log('widget, KB          raw     gz  budget');
console.log(`loader          ${kb(loader.length)}${kb(gz.loader)}    ${budget.loader.toFixed(1)}`);
console.log(`panel js        ${kb(js.length)}${kb(gz.panel_js)}`);
console.log(`panel css       ${kb(css.length)}${kb(gz.panel_css)}`);
console.log(`largest locale         ${kb(gz.locale)}`);
console.log(`every chat             ${kb(gz.all)}   ${budget.all.toFixed(1)}`);
console.log(`extras, if used ${kb(extras.length)}${kb(gz.extras)}    ${budget.extras.toFixed(1)}`);
console.log(`lobby, if used  ${kb(lobby.length)}${kb(gz.lobby)}    ${budget.lobby.toFixed(1)}`);
console.log(`host, if used   ${kb(host.length)}${kb(gz.host)}    ${budget.host.toFixed(1)}`);
console.log(`words, if used  ${kb(words.length)}${kb(gz.words)}    ${budget.words.toFixed(1)}`);
console.log(`with them              ${kb(gz.all + gz.extras + gz.lobby + gz.host + gz.words)}`);

await rm(path.join(out, 'assets/widget'), { recursive: true, force: true });
await rm(path.join(out, 'locales/widget'), { recursive: true, force: true });
const names = { js: hashed('panel', 'js', js), css: hashed('panel', 'css', css), playground: hashed('playground', 'js', playground) };
await put('widget.js', loader);
await put(names.js, js);
await put(wordsName, words);
await put(extrasName, extras);
await put(lobbyName, lobby);
await put(hostName, host);
await put(names.css, css);
await put(names.playground, playground);
for (const [file, text] of Object.entries(locales)) await put(`locales/widget/${file}`, text);
await put('widget.json', JSON.stringify({ loader: 'widget.js', ...names, sizes: gz }, null, '\t') + '\n');

const over = Object.keys(budget).some((part) => gz[part] > budget[part] * 1024);
if (over) {
	console.error('the widget is over its budget');
	process.exitCode = 1;
}
