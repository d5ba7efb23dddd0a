import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts', 'test/**/*.test.tsx'],
    exclude: ['node_modules', 'out'],
    environment: 'node',
    pool: 'forks',
    // Two at a time even on two cores: a test waits for a disk, a server or a browser half of its time.
    maxWorkers: Math.max(2, availableParallelism()),
    // Full counts take as long as they take.
    testTimeout: process.env.VITRINE_SOAK ? 7_200_000 : 30_000,
    hookTimeout: 60_000,
  },
});
