import { defineConfig } from 'vitest/config';

// What makes pictures and measures: no tests, but runs of the same harness. One at a time, since each is about time or looks.
export default defineConfig({
	test: {
		environment: 'node',
		include: ['looks/*.look.ts'],
		maxWorkers: 1,
		fileParallelism: false,
		testTimeout: 1_200_000,
		hookTimeout: 400_000,
	},
});
