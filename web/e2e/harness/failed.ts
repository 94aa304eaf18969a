import type { Reporter, TestModule } from 'vitest/node';

/** Names what failed once more, in a line each, below all else: the end of a log is what one sees of it first. */
export default class Failed implements Reporter {
	onTestRunEnd(modules: readonly TestModule[]): void {
		for (const m of modules) {
			const hooks = [m, ...m.children.allSuites()].filter((s) => s.errors().length > 0).map((s) => ('fullName' in s ? s.fullName : 'before or after all of it'));
			for (const name of [...hooks, ...[...m.children.allTests('failed')].map((t) => t.fullName)]) console.error(`failed: ${m.relativeModuleId}: ${name}`);
		}
	}
}
