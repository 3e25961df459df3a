import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

const excluded = ['**/node_modules/**', '**/dist/**', '.tsbuild/**'];

const unit = '{shared,edge,cloud,firmware-sim}/**/*.test.{ts,tsx}';
const faults = '**/*-faults.test.ts';
/** They judge how long something took, fill every core by themselves, or build the same folder. */
const alone = [
  'tests/e2e/{debian-packages,demo,edge-exchanges,edge-pack,fault-campaign,kill-campaign,pages,rolling-update}.test.ts',
];

const cores = availableParallelism();
// A suite waits about half of its time, for servers, browsers and disks: one on each core keeps the cores busy. Four at
// most, as each starts servers and browsers of its own.
const sideBySide = { maxWorkers: Math.min(4, cores), sequence: { groupOrder: 1 } };
// What comes true within a second on an idle machine may take longer on one that is not.
const patient = { expect: { poll: { timeout: 15_000 } } };

export default defineConfig({
  test: {
    projects: [
      // Pure tests share their processes and modules: loading them anew per file took half the time.
      {
        test: {
          name: 'unit',
          include: [unit],
          exclude: [...excluded, faults],
          isolate: false,
          maxWorkers: cores,
          testTimeout: 30_000,
          ...patient,
        },
      },
      // Those that replace a module of Node to make it fail cannot share it.
      {
        test: {
          name: 'unit-faults',
          include: [faults],
          exclude: [...excluded, 'tests/**'],
          maxWorkers: cores,
          testTimeout: 30_000,
          ...patient,
        },
      },
      {
        test: {
          name: 'house',
          include: ['tests/{contract,golden,house,supply-chain}/**/*.test.ts', 'tests/*.test.ts'],
          exclude: excluded,
          testTimeout: 60_000,
          hookTimeout: 60_000,
          ...sideBySide,
          ...patient,
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['tests/e2e/**/*.test.ts'],
          exclude: [...excluded, ...alone],
          testTimeout: 240_000,
          hookTimeout: 120_000,
          ...sideBySide,
          ...patient,
        },
      },
      {
        test: {
          name: 'e2e-alone',
          include: alone,
          exclude: excluded,
          testTimeout: 240_000,
          hookTimeout: 120_000,
          fileParallelism: false,
          sequence: { groupOrder: 2 },
          ...patient,
        },
      },
    ],
  },
});
