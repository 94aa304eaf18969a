import { defineConfig } from 'vitest/config';

export default defineConfig({
	oxc: { jsx: { runtime: 'classic', pragma: 'h' } },
	define: { HOST: JSON.stringify('/host.js') },
	test: { environment: 'happy-dom', include: ['test/**/*.test.{ts,tsx}'] },
});
