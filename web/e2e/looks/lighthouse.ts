import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** Audit is what Lighthouse says of a page: points of 100, milliseconds, and the layout shift. */
export interface Audit {
	performance: number;
	accessibility: number;
	fcp: number;
	lcp: number;
	tti: number;
	tbt: number;
	cls: number;
}

interface Report {
	categories: Record<string, { score: number | null }>;
	audits: Record<string, { numericValue?: number }>;
}

const run = promisify(execFile);
const program = join(import.meta.dirname, '../../node_modules/lighthouse/cli/index.js');

/** audit asks several times; Lighthouse throttles as for a middling phone. */
export async function audit(url: string, times: number, headers: Record<string, string> = {}): Promise<Audit[]> {
	const all: Audit[] = [];
	for (let i = 0; i < times; i++) all.push(await once(url, headers).catch(() => once(url, headers))); // a trace may go wrong
	return all;
}

async function once(url: string, headers: Record<string, string>): Promise<Audit> {
	const temp = await mkdtemp(join(tmpdir(), 'heard-perf-'));
	try {
		const out = join(temp, 'report.json');
		const args = [program, url, '--quiet', '--output=json', `--output-path=${out}`, '--only-categories=performance,accessibility', `--extra-headers=${JSON.stringify(headers)}`];
		await run(process.execPath, [...args, '--chrome-flags=--headless --no-sandbox --disable-gpu --disable-quic'], { timeout: 180_000, maxBuffer: 1 << 26 });
		return read(JSON.parse(await readFile(out, 'utf8')) as Report);
	} finally {
		await rm(temp, { recursive: true, force: true });
	}
}

function read(r: Report): Audit {
	const points = (name: string) => Math.round((r.categories[name]?.score ?? NaN) * 100);
	const number = (name: string) => r.audits[name]?.numericValue ?? NaN;
	return {
		performance: points('performance'),
		accessibility: points('accessibility'),
		fcp: number('first-contentful-paint'),
		lcp: number('largest-contentful-paint'),
		tti: number('interactive'),
		tbt: number('total-blocking-time'),
		cls: number('cumulative-layout-shift'),
	};
}
