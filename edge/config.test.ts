import { mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AppError } from '@kuluma/shared/errors.ts';
import type { Id } from '@kuluma/shared/model/base.ts';
import { columnsOf } from '@kuluma/shared/model/sample.ts';
import { readYaml } from '@kuluma/shared/node/config.ts';
import { encodeLetter, tableIdOf } from '@kuluma/shared/wire/letter.ts';
import { encodeRecord } from '@kuluma/shared/wire/record.ts';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { loadEdgeConfig } from './config.ts';

const example = join(import.meta.dirname, 'gateway.example.yaml');
let dir = '';
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'kuluma-config-'));
});
afterEach(() => rm(dir, { recursive: true }));

const pointId = (n: number) => `pnt_${String(n).padStart(26, '0')}`;
const config = (change: object = {}) => ({
  organisationId: `org_${'0'.repeat(26)}`,
  gatewayId: `gwy_${'0'.repeat(26)}`,
  dataDir: './data',
  uplink: { url: 'mqtt://localhost:1883', token: 'x' },
  buses: [bus()],
  ...change,
});
const bus = (change: object = {}) => ({
  name: 'bus',
  source: { kind: 'modbus-tcp', host: 'localhost' },
  devices: [device()],
  ...change,
});
const device = (change: object = {}) => ({
  name: 'pump',
  profile: 'centrifugal-pump',
  scanMs: 1000,
  points: { flow: pointId(1) },
  ...change,
});
const load = async (value: object, env = {}) => {
  const file = join(dir, 'gateway.yaml');
  await writeFile(file, JSON.stringify(value));
  return loadEdgeConfig(file, env);
};
const faultsOf = async (value: object) => {
  const error = await load(value).then(
    () => undefined,
    (e: unknown) => e,
  );
  expect(error).toBeInstanceOf(AppError);
  expect(error).toMatchObject({ code: 'CONFIG_INVALID' });
  return (error as AppError).faults;
};

it('loads the example', async () => {
  const setup = await loadEdgeConfig(example, {});
  expect(setup.buses.map((b) => b.devices.length)).toEqual([1, 2, 1, 1]);
});

it('finds profiles by name or beside the file, fills in defaults, and lets the environment win', async () => {
  await writeFile(
    join(dir, 'own.yaml'),
    JSON.stringify({
      ...(readYaml(join(import.meta.dirname, 'profiles/centrifugal-pump.yaml')) as object),
      profile: 'own',
    }),
  );
  const setup = await load(
    config({
      buses: [
        bus({ devices: [device(), device({ name: 'own', profile: './own.yaml', points: { flow: pointId(2) } })] }),
      ],
    }),
    { KULUMA_EDGE_UPLINK__TOKEN: 'from-env', KULUMA_EDGE_OUTBOX__COMMIT_MS: '50' },
  );
  expect(setup.buses[0]?.devices.map((d) => d.profile.profile)).toEqual(['centrifugal-pump', 'own']);
  expect(setup).toMatchObject({
    dataDir: join(dir, 'data'),
    uplink: { token: 'from-env' },
    outbox: { commitMs: 50, commitSamples: 1000, live: { whenFull: 'dropOldest' } },
  });
  expect(setup.buses[0]?.source).toEqual({ kind: 'modbus-tcp', host: 'localhost', port: 502, timeoutMs: 1000 });
});

it('lists the faults of all buses, sources, devices and profiles at once', async () => {
  await writeFile(
    join(dir, 'bad.yaml'),
    JSON.stringify({
      profile: 'bad',
      points: [{ name: 'x', unit: 'furlong', role: 'sensor', function: 'holding', address: 70_000, type: 'int7' }],
    }),
  );
  const faults = await faultsOf(
    config({
      buses: [
        bus({ source: { kind: 'modbus-tcp', timeoutMs: 0 } }),
        bus({
          name: 'second',
          devices: [
            device({ name: 'a', points: { flwo: pointId(1) } }),
            device({ name: 'b', profile: 'no-such-machine', points: { flow: pointId(3) } }),
            device({ name: 'c', profile: './bad.yaml', points: { x: pointId(4) } }),
          ],
        }),
      ],
    }),
  );
  const paths = faults.map((f) => f.path.replace(dir, ''));
  expect(paths).toEqual(
    expect.arrayContaining([
      '/buses',
      '/buses/0/source/',
      '/buses/0/source/timeoutMs',
      '/buses/1/devices/0/points/flwo',
      '/buses/1/devices/1/profile',
      '/bad.yaml:/points/0/address',
      '/bad.yaml:/points/0/type',
    ]),
  );
  expect(faults.find((f) => f.path.endsWith('flwo'))?.hint).toContain('flow');
});

it('refuses two buses on one serial port, by whatever name, and a scan class that the profile has not', async () => {
  await writeFile(join(dir, 'ttyUSB0'), '');
  await symlink(join(dir, 'ttyUSB0'), join(dir, 'by-id'));
  const line = (name: string, path: string, over: object) =>
    bus({
      name,
      source: { kind: 'modbus-rtu', path: join(dir, path) },
      devices: [device({ name, ...over })],
    });
  const faults = await faultsOf(
    config({
      buses: [
        line('a', 'ttyUSB0', { points: { flow: pointId(8) }, scanClassMs: { never: 5 } }),
        line('b', 'by-id', { points: { flow: pointId(9) }, scanClassMs: { slow: 5 } }),
      ],
    }),
  );
  expect(faults).toMatchObject([
    { path: '/buses', message: expect.stringContaining('ttyUSB0') },
    { path: '/buses/0/devices/0/scanClassMs/never' },
  ]);
});

it('says where the file itself is wrong', async () => {
  const faults = await faultsOf(config({ dataDri: './data', uplink: { url: 'http://x', token: '' }, buses: [] }));
  expect(faults.map((f) => f.path)).toEqual(expect.arrayContaining(['/', '/uplink/url', '/uplink/token', '/buses']));
});

it('refuses records that the broker would not take', async () => {
  expect(await faultsOf(config({ outbox: { commitSamples: 3001 } }))).toMatchObject([
    { path: '/outbox/commitSamples' },
  ]);
  // The longest encoding of a sample: a point far from the one before, a far time, a quality of its own and a float64.
  const samples = Array.from({ length: 3000 + 2000 - 1 }, (_, i) => ({
    pointId: pointId(i % 2 === 0 ? i % 2000 : 1999 - (i % 2000)) as Id<'measurementPoint'>,
    sampledAtMs: i % 2 === 0 ? 0 : 8e15,
    value: Math.PI * (i + 1),
    quality: i % 2 === 0 ? ('bad' as const) : ('good' as const),
  }));
  const gatewayId = `gwy_${'0'.repeat(26)}` as Id<'gateway'>;
  const { pointIds, ...columns } = columnsOf(samples);
  const key = { gatewayId, epoch: 2 ** 40, class: 'live' as const, seq: 2 ** 40 };
  const table = { tableId: tableIdOf(pointIds), pointIds };
  const record = encodeRecord({ key, kind: 'samples', samples: { ...columns, tableId: table.tableId } });
  expect(encodeLetter({ record, tables: [table], restampMs: 8e15 }).length).toBeLessThan(256 * 1024 - 200);
});

it('refuses a name or a measurement point that stands twice', async () => {
  const faults = await faultsOf(
    config({ buses: [bus({ devices: [device(), device()] }), bus({ devices: [device({ name: 'other' })] })] }),
  );
  expect(faults.map((f) => f.message)).toEqual([
    'two buses are named bus',
    'two devices are named pump',
    `two device points give ${pointId(1)}`,
  ]);
});

it('accepts every profile that comes with the agent', async () => {
  const profiles = await readdir(join(import.meta.dirname, 'profiles'));
  expect(profiles.length).toBeGreaterThanOrEqual(4);
  for (const file of profiles) {
    const profile = file.replace('.yaml', '');
    const { points } = readYaml(join(import.meta.dirname, 'profiles', file)) as { points: { name: string }[] };
    const [, talks] = /-(line|vibration)$/.exec(profile) ?? [];
    const source = talks
      ? { kind: talks === 'line' ? 'serial-line' : 'waveform', path: '/dev/ttyS0' }
      : { kind: 'modbus-tcp', host: 'h' };
    const ids = Object.fromEntries(points.map(({ name }, i) => [name, pointId(i)]));
    await load(config({ buses: [bus({ source, devices: [device({ profile, points: ids })] })] }));
  }
});

const overLink = async (remote: object, local: object = config()) => {
  const file = join(dir, 'gateway.yaml');
  await writeFile(file, JSON.stringify(local));
  return loadEdgeConfig(file, {}, JSON.stringify(remote));
};
const inlineProfile = {
  profile: 'flow meter',
  points: [{ name: 'flow', unit: 'm3/h', function: 'holding', address: 7, type: 'float32', role: 'sensor' }],
};

it('takes sections over the link in the place of its own, with profiles written out', async () => {
  const local = config({ outbox: { maxBytes: 70_000 }, profiles: { old: {} } });
  const buses = [bus({ devices: [device({ profile: 'meter' })] })];
  const setup = await overLink({ buses, profiles: { meter: inlineProfile }, outbox: { commitMs: 10 } }, local);
  expect(setup.buses[0]?.devices[0]?.profile.profile).toBe('flow meter');
  expect(setup.outbox).toMatchObject({ commitMs: 10, commitSamples: 1000 });
  expect(setup.uplink.token).toBe('x');
  expect(setup.profiles).toEqual({ meter: inlineProfile });
});

it('takes over the link neither what would lock it out nor files of its own disk', async () => {
  const refusal = (remote: object) =>
    overLink(remote).then(
      () => [],
      (error: AppError) => error.faults,
    );
  expect(await refusal({ uplink: { url: 'mqtt://elsewhere:1' }, dataDir: '/tmp' })).toMatchObject([
    { path: '/uplink' },
    { path: '/dataDir' },
  ]);
  expect(await refusal({ buses: [bus({ devices: [device({ profile: '/etc/passwd' })] })] })).toMatchObject([
    { path: '/buses/0/devices/0/profile', hint: 'write the profile out below profiles' },
  ]);
  expect(
    await refusal({ buses: [bus({ devices: [device({ profile: 'meter' })] })], profiles: { meter: { profile: '' } } }),
  ).toMatchObject([{ path: expect.stringContaining('/profiles/meter') }, {}]);
});

it('names every alarm rule that cannot be', async () => {
  const alarms = [
    { name: 'dry', point: 'flow', below: 10 },
    { name: 'dry', point: 'flow', below: 5, above: 90 },
    { name: 'hot', point: 'bearingTemperature', above: 85 },
  ];
  const faults = await faultsOf(config({ buses: [bus({ devices: [device({ alarms })] })] }));
  expect(faults).toEqual(
    [
      'dry: another rule has this name',
      'dry: it says one of above, below, risingPerMinute, fallingPerMinute, zones',
      'hot: the device has no point bearingTemperature',
    ].map((message) => ({ path: '/buses/0/devices/0/alarms', message })),
  );
});
