import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

const exclude = ['**/node_modules/**', 'dist/**', 'build/**', 'tests/e2e/**'];

export default defineConfig({
  test: {
    // Without it a machine of two cores would have one worker.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    projects: [
      {
        test: {
          name: 'node',
          environment: 'node',
          setupFiles: ['tests/support/fast-check-setup.ts'],
          include: ['src/**/*.test.ts', 'tests/**/*.test.ts', 'scripts/**/*.test.ts'],
          exclude,
          testTimeout: 20_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'browser',
          environment: 'jsdom',
          include: ['src/**/*.dom.test.tsx', 'tests/**/*.dom.test.tsx'],
          exclude,
          setupFiles: ['tests/support/jsdom-setup.ts', 'tests/support/fast-check-setup.ts'],
          server: { deps: { inline: [/@grafana\//] } },
          testTimeout: 30_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
});
