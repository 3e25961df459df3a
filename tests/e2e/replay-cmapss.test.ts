import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { readFleet } from '@kuluma/cloud/adapters/fleet-history/read-fleet.ts';
import { expect, it, onTestFinished } from 'vitest';
import { repoRoot, until } from './edge-harness.ts';
import { expectAsOfFile, liveForecasts, openReplayPlant } from './replay-plant.ts';
import { startSim } from './sim-process.ts';

const recordings = join(repoRoot, 'firmware-sim/recordings/cmapss-fd001');
const history = join(recordings, 'test');
const leastRows = 80;
const boundMs = 120_000;
/** A cycle of one hour takes 36 ms; each of the two engines is asked every 9 ms. */
const rate = 100_000;
const scanMs = 900_000;

/** Engine -> column -> its values by row, as the file has them; its time `t` is the point `cycle`. `+ 0` makes -0 a plain 0. */
const columnsInFile = (): Map<string, Map<string, number[]>> => {
  const [head = '', ...lines] = gunzipSync(readFileSync(join(history, 'telemetry.csv.gz')))
    .toString()
    .trim()
    .split('\n');
  const names = head.split(',').slice(1);
  const engines = new Map<string, Map<string, number[]>>();
  for (const line of lines) {
    const [engine = '', ...values] = line.split(',');
    const columns = engines.get(engine) ?? new Map<string, number[]>();
    engines.set(engine, columns);
    for (const [i, name] of names.entries()) {
      const point = name === 't' ? 'cycle' : name;
      columns.set(point, [...(columns.get(point) ?? []), Number(values[i]) + 0]);
    }
  }
  return engines;
};

it('carries replayed engines from the recording to forecasts, row for row', async () => {
  const inFile = columnsInFile();
  const rowsOf = (engine: string) => inFile.get(engine)?.get('cycle')?.length ?? 0;
  const engines = [...inFile.keys()].filter((engine) => rowsOf(engine) >= leastRows).slice(0, 2);
  const clock = { epochMs: Date.now(), rate };
  const policy = { horizonDays: 7, failureProbability: 0.5, forecastsInARow: 3 };
  const plant = await openReplayPlant({ history, machines: engines, component: 'engine', policy, clock });
  const model = await plant.train((await readFleet(join(recordings, 'train'))).history, 20_000);

  const sim = await startSim(
    ...['replay', '--history', history, '--machine', ...engines, '--link', 'tcp://127.0.0.1:0', '--exit-when-done'],
    ...['--cycle-length', '1h', '--clock-epoch-ms', String(clock.epochMs), '--clock-rate', String(rate)],
  );
  onTestFinished(async () => void (await sim.stop()));
  await plant.startEdge({ kind: 'modbus-tcp', host: '127.0.0.1', port: sim.ready.links[0]?.port }, scanMs);
  expect(await sim.exited).toBe(0);

  const points = [...(inFile.get('1')?.keys() ?? [])];
  const expected = engines.reduce((sum, engine) => sum + rowsOf(engine) * points.length, 0);
  const { ingest } = plant.service;
  await until('every sample is stored', () => ingest.counters().stored >= expected, boundMs);
  expect(ingest.counters().stored).toBe(expected);
  expect(ingest.refusals()).toEqual([]);
  for (const engine of engines) {
    const rowTimes = (await plant.stored(engine, 'cycle')).map(({ sampledAtMs }) => sampledAtMs);
    for (const point of points) {
      const samples = await plant.stored(engine, point);
      expect(samples.map(({ value }) => value)).toEqual(inFile.get(engine)?.get(point));
      expect(samples.map(({ sampledAtMs }) => sampledAtMs)).toEqual(rowTimes);
    }
  }

  expect(await plant.service.runForecasts()).toMatchObject({ forecasts: engines.length });
  const { history: recorded } = await readFleet(history);
  for (const engine of engines) {
    const live = await liveForecasts(plant, engine, 'cycle');
    expect(live.map(({ t }) => t)).toEqual([rowsOf(engine)]);
    expectAsOfFile(live, model, recorded, { machine: engine, component: 'engine' });
    const { p05, p10, p50, p90, p95 } = live[0]?.forecast.rulDays ?? expect.fail('it abstained');
    expect([p05, p10, p50, p90, p95]).toEqual([p05, p10, p50, p90, p95].toSorted((a, b) => a - b));
    // Cycles became days by how fast the last thirty came.
    const times = (await plant.stored(engine, 'cycle')).slice(-31).map(({ sampledAtMs }) => sampledAtMs);
    const daysPerCycle = ((times.at(-1) ?? 0) - (times[0] ?? 0)) / 86_400_000 / 30;
    expect(live[0]?.forecast.failureProbability[0]?.horizonDays).toBeCloseTo(30 * daysPerCycle, 9);
  }
});
