import { defineConfig } from 'vitest/config';

const excluded = ['**/node_modules/**', '**/dist/**', '.tsbuild/**'];

const unit = '{shared,edge,cloud,firmware-sim}/**/*.test.{ts,tsx}';
const faults = '**/*-faults.test.ts';

export default defineConfig({
  test: {
    projects: [
      // Pure tests share one process and its modules: loading them anew per file took half the time.
      { test: { name: 'unit', include: [unit], exclude: [...excluded, faults], isolate: false } },
      // Those that replace a module of Node to make it fail cannot share it.
      { test: { name: 'unit-faults', include: [faults], exclude: [...excluded, 'tests/**'] } },
      {
        test: {
          name: 'house',
          include: ['tests/{contract,golden,house,supply-chain}/**/*.test.ts', 'tests/*.test.ts'],
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
