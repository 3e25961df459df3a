import { defineConfig } from 'vitest/config';

const excluded = ['**/node_modules/**', '**/dist/**', '.tsbuild/**'];

export default defineConfig({
  test: {
    projects: [
      { test: { name: 'unit', include: ['{shared,edge,cloud,firmware-sim}/**/*.test.{ts,tsx}'], exclude: excluded } },
      {
        test: {
          name: 'house',
          include: ['tests/{contract,golden,house}/**/*.test.ts', 'tests/*.test.ts'],
          exclude: excluded,
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['tests/e2e/**/*.test.ts'],
          exclude: excluded,
          testTimeout: 240_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
