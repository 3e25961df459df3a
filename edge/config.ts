import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DemoClock } from '@kuluma/shared/clock.ts';
import { AppError, asAppError, type Fault } from '@kuluma/shared/errors.ts';
import { idOf } from '@kuluma/shared/model/base.ts';
import { faultsOf } from '@kuluma/shared/model/validate.ts';
import { loadConfig, parseYaml, readYaml } from '@kuluma/shared/node/config.ts';
import { remoteFaults } from '@kuluma/shared/wire/gateway-config.ts';
import { isSparkplugId } from '@kuluma/shared/wire/sparkplug-topic.ts';
import { type Static, type TSchema, Type } from 'typebox';
import { Default } from 'typebox/value';
import { AlarmRule, alarmFaults } from './core/alarms/alarm-rule.ts';
import type { Profile } from './core/profile.ts';
import { identityOf } from './identity.ts';
import type { SourceDefinition } from './ports.ts';
import { sources } from './sources/index.ts';

const strict = { additionalProperties: false };
const name = Type.String({ minLength: 1 });
/** A part of a topic. */
const SparkplugName = Type.String({ pattern: '^[^+#/\\0]+$' });

const DeviceConfig = Type.Object(
  {
    name,
    /** Modbus unit id. */
    unit: Type.Integer({ minimum: 0, maximum: 255, default: 1 }),
    /** Name of a profile that comes with the agent, or the path of a file beside the configuration. */
    profile: Type.String({ minLength: 1 }),
    /** Product time from one scan to the next; a demo clock makes the wall time shorter. */
    scanMs: Type.Integer({ minimum: 1 }),
    /** The same for the points of a scan class of the profile. */
    scanClassMs: Type.Optional(Type.Record(Type.String(), Type.Integer({ minimum: 1 }))),
    /** Point of the profile -> measurement point whose samples it gives. Others are not read. */
    points: Type.Record(Type.String(), idOf('measurementPoint'), { minProperties: 1 }),
    /** What is told to the cloud before all else, and found without it. */
    alarms: Type.Optional(Type.Array(AlarmRule)),
  },
  strict,
);

/** What becomes of one class of records when the link stays down for too long. */
const classPolicy = (maxBytes: number, maxAgeDays: number) =>
  Type.Object(
    {
      maxBytes: Type.Integer({ minimum: 65_536, default: maxBytes }),
      maxAgeDays: Type.Union([Type.Number({ exclusiveMinimum: 0 }), Type.Null()], { default: maxAgeDays }),
      /** Either way what is lost leaves a gap record with exact counts. */
      whenFull: Type.Enum(['dropOldest', 'dropNewest'], { default: 'dropOldest' }),
    },
    { ...strict, default: {} },
  );

const OutboxConfig = Type.Object(
  {
    /** 0: each reading is committed before the next. */
    commitMs: Type.Integer({ minimum: 0, default: 250 }),
    /** A record may be one read larger (2000 coils). */
    commitSamples: Type.Integer({ minimum: 1, maximum: 3000, default: 1000 }),
    alarm: classPolicy(10_000_000, 365),
    /** Some 4 bytes a sample: a week of 1,000 points a second is 2.2 GB. */
    live: classPolicy(3_000_000_000, 90),
    history: classPolicy(300_000_000, 30),
  },
  { ...strict, default: {} },
);

const EdgeConfig = Type.Object(
  {
    organisationId: idOf('organisation'),
    gatewayId: idOf('gateway'),
    /** Outbox and boot counter; one agent each. */
    dataDir: Type.String({ minLength: 1 }),
    /** Of demos only; the machine's time otherwise. */
    clock: Type.Optional(DemoClock),
    uplink: Type.Object(
      {
        url: Type.String({ pattern: '^mqtts?://[^/]+$' }),
        /** What it shows: a token, or a certificate with its key (PEM, one file, beside this one). */
        token: Type.Optional(Type.String({ minLength: 1 })),
        identityFile: Type.Optional(Type.String({ minLength: 1 })),
        /** PEM of who certifies the broker; whom the machine trusts unless given. */
        authorityFile: Type.Optional(Type.String({ minLength: 1 })),
        connectTimeoutMs: Type.Integer({ minimum: 1, default: 10_000 }),
        /** `cloud` where the broker is not the cloud's own: such a one may forget what it acknowledged. */
        acknowledgedBy: Type.Enum(['broker', 'cloud'], { default: 'broker' }),
        ackTimeoutMs: Type.Integer({ minimum: 1, default: 60_000 }),
      },
      strict,
    ),
    outbox: OutboxConfig,
    buses: Type.Array(
      Type.Object(
        {
          name,
          /** Its other keys are those of the protocol: see edge/sources. */
          source: Type.Object({ kind: Type.Enum(Object.keys(sources)) }, { additionalProperties: true }),
          devices: Type.Array(DeviceConfig, { minItems: 1 }),
        },
        strict,
      ),
      { minItems: 1 },
    ),
    /** A second way out, for other hosts: see docs/wire.md, "Sparkplug B". It promises nothing; the uplink does. */
    sparkplug: Type.Optional(
      Type.Object(
        {
          url: Type.String({ pattern: '^mqtts?://[^/]+$' }),
          /** The edge node is this group and this node; a device is named as below. */
          group: SparkplugName,
          node: SparkplugName,
          username: Type.Optional(Type.String()),
          password: Type.Optional(Type.String()),
          /** Host application without which nothing is sent. */
          primaryHost: Type.Optional(SparkplugName),
        },
        strict,
      ),
    ),
    /** Of the alarm rules of all devices. */
    alarms: Type.Object(
      {
        /** Shortest product time from one raw signal of a channel, sent along with an alarm, to the next. */
        snapshotEveryMs: Type.Integer({ minimum: 0, default: 600_000 }),
      },
      { ...strict, default: {} },
    ),
    /** Profiles by name, written out here and not in a file of their own. They go before those that come with the agent. */
    profiles: Type.Optional(Type.Record(name, Type.Unknown())),
    /** `/healthz`, `/readyz` and `/metrics` for whoever reaches the port; none unless one is given. */
    monitoring: Type.Object(
      {
        host: Type.String({ minLength: 1, default: '127.0.0.1' }),
        port: Type.Optional(Type.Integer({ minimum: 0, maximum: 65_535 })),
      },
      { ...strict, default: {} },
    ),
    /** Configurations that the cloud sends: see remote-config.ts. */
    remoteConfig: Type.Object(
      {
        /** False where only who stands at the gateway may change it. */
        accept: Type.Boolean({ default: true }),
        /** How long one has to prove itself, wall time; longer where the slowest device needs longer for three scans. */
        probationMs: Type.Integer({ minimum: 1000, default: 120_000 }),
      },
      { ...strict, default: {} },
    ),
  },
  strict,
);
type EdgeConfig = Static<typeof EdgeConfig>;

export interface DeviceSetup extends Omit<Static<typeof DeviceConfig>, 'profile'> {
  readonly profile: Profile;
}
export interface BusSetup {
  readonly name: string;
  readonly definition: SourceDefinition;
  readonly source: unknown;
  readonly devices: readonly DeviceSetup[];
}
/** A configuration whose sources and profiles were found and are valid. */
export interface EdgeSetup extends Omit<EdgeConfig, 'buses' | 'uplink'> {
  readonly buses: readonly BusSetup[];
  readonly uplink: Omit<EdgeConfig['uplink'], 'authorityFile'> & {
    /** PEM. */
    readonly authority?: string;
  };
}

/** From the sources the profiles stand beside this file, from the built one a folder above. */
const ownProfiles = (): string =>
  ['./profiles/', '../profiles/'].map((at) => fileURLToPath(new URL(at, import.meta.url))).find(existsSync) ?? '';

/** Where the profiles of one configuration come from. */
interface ProfilePlaces {
  readonly inline: Readonly<Record<string, unknown>>;
  readonly configFile: string;
  /** False for a configuration that came over the link: it is not to read the gateway's disk. */
  readonly mayNameFiles: boolean;
}

/** The profile as it was written, and the name of the place for its faults. @throws CONFIG_INVALID */
const writtenProfile = (profile: string, places: ProfilePlaces): { written: unknown; place: string } => {
  if (Object.hasOwn(places.inline, profile)) return { written: places.inline[profile], place: `/profiles/${profile}` };
  const isPath = /[./]/.test(profile);
  if (isPath && !places.mayNameFiles)
    throw new AppError('CONFIG_INVALID', `${profile} is a file`, { hint: 'write the profile out below profiles' });
  const file = isPath ? resolve(dirname(places.configFile), profile) : resolve(ownProfiles(), `${profile}.yaml`);
  return { written: readYaml(file), place: `${file}:` };
};

/** `value` with the schema's defaults; its faults go to `faults` with `prefix` before their paths. */
const checked = (schema: TSchema, value: unknown, prefix: string, faults: Fault[]): unknown => {
  const filled = Default(schema, structuredClone(value));
  faults.push(...faultsOf(schema, filled, prefix));
  return filled;
};

const repeated = (values: readonly string[]): string[] => {
  const seen = new Set<string>();
  return [...new Set(values.filter((value) => seen.size === seen.add(value).size))];
};

const checkPoints = (device: Static<typeof DeviceConfig>, profile: Profile, at: string, faults: Fault[]): void => {
  const names = profile.points.map((p) => p.name);
  const known = new Set(names);
  for (const point of repeated(names)) faults.push({ path: `${at}/profile`, message: `has the point ${point} twice` });
  for (const point of Object.keys(device.points))
    if (!known.has(point))
      faults.push({
        path: `${at}/points/${point}`,
        message: `is not in profile ${profile.profile}`,
        hint: `it has ${names.join(', ')}`,
      });
  const classes = new Set(profile.points.map((p) => p.scanClass));
  for (const scanClass of Object.keys(device.scanClassMs ?? {}))
    if (!classes.has(scanClass))
      faults.push({
        path: `${at}/scanClassMs/${scanClass}`,
        message: `is no scan class of profile ${profile.profile}`,
      });
  for (const message of alarmFaults(device.alarms ?? [], Object.keys(device.points)))
    faults.push({ path: `${at}/alarms`, message });
};

const setupDevice = (
  device: Static<typeof DeviceConfig>,
  definition: SourceDefinition,
  places: ProfilePlaces,
  at: string,
  faults: Fault[],
): DeviceSetup | undefined => {
  const before = faults.length;
  try {
    const { written, place } = writtenProfile(device.profile, places);
    const profile = checked(definition.profileSchema, written, place, faults) as Profile;
    if (faults.length > before) return undefined;
    checkPoints(device, profile, at, faults);
    return { ...device, profile };
  } catch (error) {
    const { message, hint, faults: inner } = asAppError(error);
    faults.push(...(inner.length > 0 ? inner : [{ path: `${at}/profile`, message, ...(hint ? { hint } : {}) }]));
    return undefined;
  }
};

const setupBus = async (
  bus: EdgeConfig['buses'][number],
  places: ProfilePlaces,
  at: string,
  faults: Fault[],
): Promise<BusSetup | undefined> => {
  const definition = await sources[bus.source.kind]?.();
  if (!definition) return undefined;
  const source = checked(definition.schema, bus.source, `${at}/source`, faults);
  const devices = bus.devices.flatMap(
    (device, i) => setupDevice(device, definition, places, `${at}/devices/${i}`, faults) ?? [],
  );
  return { name: bus.name, definition, source, devices };
};

/** The serial port of a bus as the system knows it: one port may have many names. */
const serialPathOf = (source: object): string[] => {
  if (!('path' in source) || typeof source.path !== 'string') return [];
  return [existsSync(source.path) ? realpathSync(source.path) : resolve(source.path)];
};

const checkUnique = (config: EdgeConfig, faults: Fault[]): void => {
  const devices = config.buses.flatMap((b) => b.devices);
  for (const bus of repeated(config.buses.map((b) => b.name)))
    faults.push({ path: '/buses', message: `two buses are named ${bus}` });
  for (const device of repeated(devices.map((d) => d.name)))
    faults.push({ path: '/buses', message: `two devices are named ${device}` });
  for (const path of repeated(config.buses.flatMap((b) => serialPathOf(b.source))))
    faults.push({ path: '/buses', message: `two buses use ${path}`, hint: 'units on one line belong to one bus' });
  for (const point of repeated(devices.flatMap((d) => Object.values(d.points))))
    faults.push({ path: '/buses', message: `two device points give ${point}` });
  for (const { name } of config.sparkplug ? devices : [])
    if (!isSparkplugId(name))
      faults.push({ path: '/sparkplug', message: `no device there can be named ${name}`, hint: 'without + # and /' });
};

/**
 * The configuration in `file` and the environment (`KULUMA_EDGE_`), with its sources and profiles.
 * @param remote YAML that came over the link: its sections stand in the place of the file's
 * @throws CONFIG_INVALID with every fault at once
 */
export const loadEdgeConfig = async (
  file: string,
  env: Record<string, string | undefined>,
  remote?: string,
): Promise<EdgeSetup> => {
  const sections = remote === undefined ? undefined : remoteSectionsOf(remote);
  const config = loadConfig(EdgeConfig, { file, env, envPrefix: 'KULUMA_EDGE_', ...(sections ? { sections } : {}) });
  const places = { inline: config.profiles ?? {}, configFile: file, mayNameFiles: sections?.['buses'] === undefined };
  const faults: Fault[] = [];
  checkUnique(config, faults);
  const uplink = setupUplink(config, file, faults);
  const buses: BusSetup[] = [];
  for (const [i, bus] of config.buses.entries()) {
    const setup = await setupBus(bus, places, `/buses/${i}`, faults);
    if (setup) buses.push(setup);
  }
  if (faults.length > 0)
    throw new AppError('CONFIG_INVALID', `the configuration has ${faults.length} faults`, { faults });
  return { ...config, uplink, dataDir: resolve(dirname(file), config.dataDir), buses };
};

/** What of the uplink stands in files, read to say what is wrong with it before anything runs. */
const setupUplink = ({ uplink }: EdgeConfig, file: string, faults: Fault[]): EdgeSetup['uplink'] => {
  const { identityFile, authorityFile, ...rest } = uplink;
  if ((rest.token === undefined) === (identityFile === undefined))
    faults.push({ path: '/uplink', message: 'needs a token or an identityFile, and not both' });
  const isSafe = rest.url.startsWith('mqtts:');
  const readHere = <T>(key: string, name: string, read: (text: string, path: string) => T): T | undefined => {
    if (!isSafe) faults.push({ path: `/uplink/${key}`, message: 'is of no use in the clear', hint: 'mqtts://' });
    const path = resolve(dirname(file), name);
    try {
      return read(readFileSync(path, 'utf8'), path);
    } catch (error) {
      faults.push({ path: `/uplink/${key}`, message: asAppError(error).message });
      return undefined;
    }
  };
  const authority = authorityFile && readHere('authorityFile', authorityFile, (text) => text);
  const identity =
    identityFile && readHere('identityFile', identityFile, (text, path) => identityOf(text, path) && path);
  return { ...rest, ...(identity ? { identityFile: identity } : {}), ...(authority ? { authority } : {}) };
};

/** @throws CONFIG_INVALID */
const remoteSectionsOf = (yaml: string): Record<string, unknown> => {
  const config = parseYaml(yaml, 'the configuration');
  const faults = remoteFaults(config);
  if (faults.length > 0)
    throw new AppError('CONFIG_INVALID', 'the configuration cannot come over the link', { faults });
  return config as Record<string, unknown>;
};
