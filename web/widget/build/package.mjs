// Builds the npm package into package/dist: one module, its types, and a gate on its size. It is not published from here.
import { execFile } from 'node:child_process';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';

const budget = 2; // KB, gzip
const root = path.join(path.dirname(path.dirname(fileURLToPath(import.meta.url))), 'package');
const dist = path.join(root, 'dist');

const { outputFiles } = await build({ entryPoints: [path.join(root, 'src/index.ts')], bundle: true, minify: true, format: 'esm', target: 'es2022', write: false });
const code = outputFiles[0].contents;
await rm(dist, { recursive: true, force: true });
await mkdir(dist, { recursive: true });
await writeFile(path.join(dist, 'index.js'), code);
await promisify(execFile)(process.execPath, [fileURLToPath(import.meta.resolve('typescript/package.json')).replace('package.json', 'bin/tsc'), '-p', path.join(root, 'tsconfig.build.json')]);

// What the types are read from is what is shipped, and not the sources.
const types = path.join(dist, 'index.d.ts');
await writeFile(types, (await readFile(types, 'utf8')).replaceAll("'./types.ts'", "'./types.js'"));

const gz = gzipSync(code, { level: 9 }).length / 1024;
console.log(`npm package     ${(code.length / 1024).toFixed(2).padStart(7)}${gz.toFixed(2).padStart(7)}    ${budget.toFixed(1)}`);
if (gz > budget) {
	console.error('the package is over its budget');
	process.exitCode = 1;
}
