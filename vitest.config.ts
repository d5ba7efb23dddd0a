import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts', 'test/**/*.test.tsx'],
    exclude: ['node_modules', 'out'],
    environment: 'node',
    pool: 'forks',
    // Full counts take as long as they take.
    testTimeout: process.env.VITRINE_SOAK ? 7_200_000 : 30_000,
    hookTimeout: 60_000,
  },
});
