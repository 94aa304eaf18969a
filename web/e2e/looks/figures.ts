import { createHash } from 'node:crypto';
import { cpus, loadavg } from 'node:os';

/** Figure is what was measured, each time it was, and what it may be: at most `most`, or at least `least`. */
export interface Figure {
	what: string;
	samples: readonly number[];
	unit: string;
	/** The share of the samples that lies at or below the figure: 0.5 is the median, and holds unless another is named. */
	share?: number;
	most?: number;
	least?: number;
}

export function percentile(list: readonly number[], share: number): number {
	const sorted = [...list].sort((a, b) => a - b);
	return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN;
}

/** table is one line for each figure: how much, of how many samples and how far they lie apart, what it may be, and whether it is. */
export function table(figures: readonly Figure[]): string {
	return [line('', 'figure', 'samples', 'least to most', 'budget', ''), ...figures.map(row)].join('\n');
}

function row(f: Figure): string {
	const value = percentile(f.samples, f.share ?? 0.5);
	const good = value <= (f.most ?? Infinity) && value >= (f.least ?? -Infinity);
	const span = `${short(Math.min(...f.samples))} to ${short(Math.max(...f.samples))}`;
	return line(f.what, `${short(value)} ${f.unit}`, String(f.samples.length), span, f.most === undefined ? `≥ ${f.least}` : `≤ ${f.most}`, good ? 'good' : 'OVER');
}

function line(what: string, value: string, samples: string, span: string, budget: string, verdict: string): string {
	return `  ${what.padEnd(46)}${value.padStart(9)}${samples.padStart(9)}${span.padStart(16)}${budget.padStart(9)}  ${verdict}`.trimEnd();
}

function short(n: number): string {
	return n.toFixed(n > 0 && n < 1 ? 3 : 0);
}

/** A machine is busy with something else when the same work takes this much longer than it can. */
const BUSY = 1.5;
/** And when so much of it is taken before we begin. */
const TAKEN = 0.5;

/** Machine watches whether the machine is ours: a busy one makes every figure in milliseconds worse. */
export class Machine {
	readonly #before = loadavg()[0]!;
	readonly #took: number[] = [];

	/** feel does the same small piece of work again; called between measurements, when nothing of ours runs. */
	feel(): void {
		for (let i = 0; i < 5; i++) {
			const from = performance.now();
			createHash('sha256').update(work).digest();
			this.#took.push(performance.now() - from);
		}
	}

	said(): string {
		return machineSays(cpus().length, this.#before, this.#took);
	}
}

const work = Buffer.alloc(8 << 20, 7);

/** machineSays puts it into words: the load before the start, the same work again and again, and what to make of it. */
export function machineSays(processors: number, before: number, took: readonly number[]): string {
	const slower = percentile(took, 0.5) / Math.min(...took);
	const busy = before > TAKEN * processors || slower > BUSY;
	const facts = `${processors} processors, load ${before.toFixed(1)} before the start; the same work took ${slower.toFixed(2)} times its best (median of ${took.length})`;
	return `${facts}\n${busy ? 'The machine was BUSY with something else: figures in ms are worse than they are at rest.' : 'The machine was at rest.'}`;
}
