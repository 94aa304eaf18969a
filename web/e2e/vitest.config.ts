import { defineConfig } from 'vitest/config';

// Two files at a time: more browsers and servers than cores only make each other slow.
export default defineConfig({
	test: {
		environment: 'node',
		include: ['tests/**/*.test.ts'],
		maxWorkers: 2,
		testTimeout: 120_000,
		hookTimeout: 60_000,
	},
});
