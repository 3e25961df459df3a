import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readFleet } from '@kuluma/cloud/adapters/fleet-history/read-fleet.ts';
import { openSerialPair } from '@kuluma/cloud/demo/serial-pair.ts';
import { readFleet as readRecording } from '@kuluma/firmware-sim/replay/read-fleet.ts';
import { replayFleet } from '@kuluma/firmware-sim/replay/replay-fleet.ts';
import { afterAll, describe, expect, it, onTestFinished } from 'vitest';
import { needs } from '../services.ts';
import { until } from './edge-harness.ts';
import { expectAsOfFile, liveForecasts, openReplayPlant } from './replay-plant.ts';

const shared = new URL('../../../shared/', import.meta.url).pathname;
const features = join(shared, 'data/femto-bearings/learning_set_features.csv.gz');
const present = existsSync(features);
/** Of the six that ran to failure the one that lived shortest, because of the time that a replay takes. */
const bearing = 'Bearing3_1';
/** Time from row to row in the recording. */
const rowMs = 10_000;
/** The longer time ahead for which the fleet wants a probability: five lives tell the hour, hardly the minute. */
const horizonS = 3_600;
const policy = { horizonDays: horizonS / 86_400, failureProbability: 0.5, forecastsInARow: 3 };
const rowsPerForecast = 3;
const baudRate = 115_200;
const boundMs = 120_000;

const folder = mkdtempSync(join(tmpdir(), 'kuluma-femto-'));
afterAll(() => rmSync(folder, { recursive: true }));

// Without socat the same frames go over TCP, unless it is required.
const { skip: overTcp } = needs('socat', 'a real bearing on a serial line');
const title = `a real bearing replayed over Modbus RTU${overTcp ? ' over TCP, as socat is not installed' : ''}`;

/** The two ends of the line: what the simulator opens, and the edge's source once that is open. */
const openLine = async () => {
  const pair = await openSerialPair('bearing', folder);
  if (!pair)
    return {
      link: 'rtu-tcp://127.0.0.1:0',
      sourceOf: (port?: number) => ({ kind: 'modbus-rtu-over-tcp', host: '127.0.0.1', port }),
    };
  onTestFinished(async () => void (await pair.stop()));
  return {
    link: `rtu:${pair.paths.simulatorPath}`,
    sourceOf: () => ({ kind: 'modbus-rtu', path: pair.paths.edgePath, baudRate }),
  };
};

describe.skipIf(!present)(present ? title : `${title} [skipped: ../shared/data is absent]`, () => {
  it('gets a visit recommended after its first half and before its last hundredth, learnt from the other five', async () => {
    const fleet = join(folder, 'fleet');
    execFileSync(process.execPath, [join(shared, 'tools/to-fleet.mjs'), 'femto', features, fleet]);
    const { history } = await readFleet(fleet);
    const clock = { epochMs: Date.now(), rate: 100 };
    const plant = await openReplayPlant({ history: fleet, machines: [bearing], component: 'bearing', policy, clock });
    const others = history.machines.filter(({ machine }) => machine !== bearing);
    const model = await plant.train({ ...history, machines: others }, 60_000);

    // The recording moves on by hand, in step with the forecasts: how busy the computer is changes nothing.
    const time = { nowMs: 0 };
    const line = await openLine();
    const replay = await replayFleet(readRecording(fleet, [bearing]), {
      clock: { now: () => time.nowMs, rate: 1 },
      cycleLengthMs: rowMs,
      link: line.link,
      baudRate,
    });
    onTestFinished(() => replay.stop());
    await plant.startEdge(line.sourceOf(replay.link.port), 1000);

    const { service, organisationId } = plant;
    const pointId = plant.machine(bearing).points.get('recordedTime') ?? expect.fail('the recording has no time');
    const newestT = async () => (await service.timeSeries.latest(organisationId, [pointId])).get(pointId)?.value;
    const times = [...(history.machines.find(({ machine }) => machine === bearing)?.t ?? [])];
    for (const [row, t] of times.entries()) {
      await until(`the row of ${t} s is stored`, async () => (await newestT()) === t, boundMs);
      if (row % rowsPerForecast === 0) await service.runForecasts();
      time.nowMs += rowMs;
    }
    await replay.done;

    const stored = await plant.stored(bearing, 'recordedTime');
    expect(stored.map(({ value }) => value)).toEqual(times);
    expect(service.ingest.counters().stored).toBe(times.length * plant.machine(bearing).points.size);
    expect(service.ingest.refusals()).toEqual([]);
    const live = await liveForecasts(plant, bearing, 'recordedTime');
    expectAsOfFile(live, model, history, { machine: bearing, component: 'bearing' });

    const [first] = await service.records.list('recommendation', organisationId);
    const lifeS = times.at(-1) ?? Number.NaN;
    const share = (live.find(({ forecast }) => forecast.id === first?.forecastId)?.t ?? Number.NaN) / lifeS;
    expect(share).toBeGreaterThan(0.5);
    expect(share).toBeLessThanOrEqual(0.99);
  }, 600_000);
});
