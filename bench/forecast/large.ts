import { once } from 'node:events';
import { createWriteStream, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import { readFleet } from '@kuluma/cloud/adapters/fleet-history/read-fleet.ts';
import { forecastAt } from '@kuluma/cloud/core/forecast/forecast.ts';
import { seededRandom } from '@kuluma/shared/clock.ts';
import { leftOutLine } from '@kuluma/shared/model/left-out.ts';
import type { Bench } from '../bench.ts';
import { timed, train } from './fleets.ts';

const machines = 500;
const points = ['vibration', 'temperature', 'current'];

/** A made-up fleet as its files; every machine runs to a failure, the last half of its life wearing. */
const writeFleet = async (folder: string, rowsEach: number): Promise<void> => {
  const random = seededRandom(1);
  writeFileSync(
    join(folder, 'fleet.json'),
    JSON.stringify({
      format: 'kuluma-fleet/1',
      name: 'large',
      timeUnit: 'h',
      points: Object.fromEntries(points.map((point) => [point, { role: 'sensor' }])),
      targets: [{ component: 'bearing', horizons: [rowsEach / 50, rowsEach / 10] }],
    }),
  );
  const telemetry = createWriteStream(join(folder, 'telemetry.csv'));
  telemetry.write(`machine,t,${points.join(',')}\n`);
  const failures: string[] = [];
  for (let m = 0; m < machines; m++) {
    const life = Math.round(rowsEach * (0.5 + random()));
    const lines: string[] = [];
    for (let row = 1; row <= life; row++) {
      const wear = Math.max(0, (2 * row) / life - 1) ** 2;
      const values = points.map((_, p) => (p + 1 + wear * (3 - p) + 0.3 * (random() - 0.5)).toFixed(3));
      lines.push(`m${m},${row},${values.join(',')}\n`);
    }
    failures.push(`m${m},${life},failure,bearing,`);
    if (!telemetry.write(lines.join(''))) await once(telemetry, 'drain');
  }
  telemetry.end();
  await finished(telemetry);
  writeFileSync(join(folder, 'events.csv'), `machine,t,kind,component,code\n${failures.join('\n')}\n`);
};

/** Ten million rows (in full; else one million) from their files to a model and a forecast, in the default budget. */
export const large: Bench = async ({ full }) => {
  const rows = full ? 10_000_000 : 1_000_000;
  const folder = mkdtempSync(join(tmpdir(), 'bench-large-'));
  try {
    await writeFleet(folder, rows / machines);
    const { value: read, seconds: readSeconds } = await timed(() => readFleet(folder));
    const { history } = read;
    const count = history.machines.reduce((sum, { t }) => sum + t.length, 0);
    const { value: model, seconds: trainSeconds } = await timed(() => train(history));
    const [first] = history.machines;
    const told = first && forecastAt(model, 'bearing', { ...first, events: [] })?.life;
    const { maxRSS: peakMemoryKb } = process.resourceUsage();
    const gaveWay = model.leftOut.map(leftOutLine).join('; ') || 'nothing';
    return [
      {
        what: `A fleet of ${machines} machines and ${(count / 1e6).toFixed(1)} million rows, read / trained; memory at most`,
        toReach: 'works, or ends in one sentence',
        measured: `${readSeconds.toFixed(0)} s / ${trainSeconds.toFixed(0)} s; ${Math.round(peakMemoryKb / 1024)} MB; gave way: ${gaveWay}`,
        met: told !== undefined && told !== null,
        figures: { rows: count, readSeconds, trainSeconds, peakMemoryKb, gaveWay },
      },
    ];
  } finally {
    rmSync(folder, { recursive: true });
  }
};
