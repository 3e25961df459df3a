import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { judgeReading, wantedPoints } from '@kuluma/edge/core/judge-reading.ts';
import { mostPerRead, type ReadRequest } from '@kuluma/edge/core/modbus-frame.ts';
import { lineCost } from '@kuluma/edge/core/poll-plan.ts';
import { type ModbusFunction, ModbusProfile } from '@kuluma/edge/core/profile.ts';
import { ModbusDevice } from '@kuluma/edge/links/modbus-device.ts';
import { seededRandom } from '@kuluma/shared/clock.ts';
import { newId } from '@kuluma/shared/model/base.ts';
import { parse } from '@kuluma/shared/model/validate.ts';
import { readYaml } from '@kuluma/shared/node/config.ts';
import { Default } from 'typebox/value';
import { describe, expect, it } from 'vitest';

const cases = readdirSync(import.meta.dirname, { withFileTypes: true }).filter((entry) => entry.isDirectory());

const yaml = (name: string, file: string): unknown => readYaml(join(import.meta.dirname, name, file));

/** What a device holds: by function, words in hexadecimal (or bits) from an address. What is not listed it refuses. */
type Registers = Partial<Record<ModbusFunction, Record<string, string>>>;

const isBits = (f: ModbusFunction) => f === 'coil' || f === 'discrete';

const cellsOf = (registers: Registers): Map<string, number> =>
  new Map(
    Object.entries(registers).flatMap(([f, runs]) =>
      Object.entries(runs).flatMap(([from, text]) =>
        text.split(/\s+/).map((cell, i): [string, number] => [`${f} ${Number(from) + i}`, Number.parseInt(cell, 16)]),
      ),
    ),
  );

/** A unit that answers as a device with these registers does, byte for byte. */
const unitWith = (registers: Registers) => {
  const cells = cellsOf(registers);
  return async ({ function: f, address, count }: ReadRequest) => {
    const asked = Array.from({ length: count }, (_, i) => cells.get(`${f} ${address + i}`));
    if (count > mostPerRead[f] || asked.includes(undefined)) return { kind: 'exception', code: 2 } as const;
    const words = asked as number[];
    const data = isBits(f)
      ? Uint8Array.from({ length: Math.ceil(count / 8) }, (_, byte) =>
          words.slice(8 * byte, 8 * byte + 8).reduce((bits, bit, i) => bits | (bit << i), 0),
        )
      : Uint8Array.from(words.flatMap((word) => [word >> 8, word & 255]));
    return { kind: 'data', data } as const;
  };
};

const samplesOf = async (profile: ModbusProfile, registers: Registers) => {
  const random = seededRandom(1);
  const ids = Object.fromEntries(profile.points.map(({ name }) => [name, newId('measurementPoint', random)]));
  const names = new Map(Object.entries(ids).map(([name, id]) => [id, name]));
  const requests: string[] = [];
  const answer = unitWith(registers);
  const master = {
    read: (request: ReadRequest) => {
      requests.push(`${request.function} ${request.address}+${request.count}`);
      return answer(request);
    },
    write: () => Promise.reject(new Error('nothing is written here')),
    close: async () => undefined,
  };
  const device = new ModbusDevice(
    { name: 'golden', unit: 1, profile, wanted: new Set(Object.keys(ids)) },
    {
      master,
      clock: { now: () => 0, rate: 1 },
      timer: { now: () => 0, sleep: async () => undefined },
      cost: lineCost(19_200),
    },
  );
  const { readings, refusedPoints } = await device.scan();
  const judged = readings.map((reading) => judgeReading(reading, wantedPoints(profile, ids)));
  return {
    samples: Object.fromEntries(
      judged.flatMap(({ samples }) =>
        samples.map(({ pointId, value, quality }) => [
          names.get(pointId),
          quality === 'good' ? value : { value, quality },
        ]),
      ),
    ),
    notFinite: judged.reduce((sum, { notFinite }) => sum + notFinite, 0),
    refusedPoints,
    requests,
  };
};

/** Each folder is a device: its profile, what its registers held once, and what must come of it. */
describe.each(cases.map(({ name }) => name))('the device %s', (name) => {
  it('is read as its expected.yaml says', async () => {
    const profile = parse(ModbusProfile, Default(ModbusProfile, yaml(name, 'profile.yaml')), `${name}/profile.yaml`);
    const read = await samplesOf(profile, yaml(name, 'registers.yaml') as Registers);
    expect(read).toEqual(yaml(name, 'expected.yaml'));
  });
});
