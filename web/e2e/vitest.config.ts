import { defineConfig } from 'vitest/config';

// Two files at a time: more browsers and servers than cores only make each other slow. How long one step may take is in
// the harness; the limits here only end what hangs, however slow the machine is.
export default defineConfig({
	test: {
		environment: 'node',
		include: ['tests/**/*.test.ts'],
		maxWorkers: 2,
		testTimeout: 300_000,
		hookTimeout: 400_000,
	},
});
