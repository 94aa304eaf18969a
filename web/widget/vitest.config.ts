import { defineConfig } from 'vitest/config';

export default defineConfig({
	oxc: { jsx: { runtime: 'classic', pragma: 'h' } },
	test: { environment: 'happy-dom', include: ['test/**/*.test.{ts,tsx}'] },
});
