import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { readFleet } from '@kuluma/cloud/adapters/fleet-history/read-fleet.ts';
import { decideService } from '@kuluma/cloud/core/forecast/decide-service.ts';
import { forecastRows } from '@kuluma/cloud/core/forecast/forecast.ts';
import { trainModel } from '@kuluma/cloud/core/forecast/train.ts';
import { afterAll, describe, expect, it } from 'vitest';

const shared = new URL('../../../shared/', import.meta.url).pathname;
const features = join(shared, 'data/femto-bearings/learning_set_features.csv.gz');
const present = existsSync(features);
const folder = mkdtempSync(join(tmpdir(), 'femto-'));
afterAll(() => rmSync(folder, { recursive: true }));

const bearings = ['Bearing1_1', 'Bearing1_2', 'Bearing2_1', 'Bearing2_2', 'Bearing3_1', 'Bearing3_2'];

describe.skipIf(!present)(
  present ? 'real bearings run to failure' : 'real bearings run to failure [skipped: ../shared/data is absent]',
  () => {
    it.each(bearings)(
      'recommends a visit for %s before its last hundredth and after its first half, learnt from the other five',
      async (name) => {
        const fleet = join(folder, 'fleet');
        if (!existsSync(fleet))
          execFileSync(process.execPath, [join(shared, 'tools/to-fleet.mjs'), 'femto', features, fleet]);
        const { history } = await readFleet(fleet);
        const model = await trainModel(
          { ...history, machines: history.machines.filter(({ machine }) => machine !== name) },
          { seed: 1, budgetMs: 60_000, now: () => performance.now(), codeVersion: 'test' },
        );
        const bearing = history.machines.find(({ machine }) => machine === name);
        if (!bearing) throw new Error(`${name} is not in the fleet`);
        const forecasts = forecastRows(model, 'bearing', bearing, { explain: false });
        const { recommend, since } = decideService(forecasts, { horizon: 600, probability: 0.5, rowsInARow: 3 });
        expect(recommend).toBe(true);
        const share = (since + 1) / forecasts.length;
        expect(share).toBeGreaterThan(0.5);
        expect(share).toBeLessThanOrEqual(0.99);
      },
    );
  },
);
