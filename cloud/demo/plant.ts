import { join } from 'node:path';
import type { DemoClock } from '@kuluma/shared/clock.ts';
import { dayMs } from '@kuluma/shared/model/units.ts';
import { machineModels } from './catalogue.ts';
import { owners } from './customers.ts';
import type { Seeded, SeededGateway } from './seed.ts';

/** How often each machine is read, in demo time: a mean of 72 readings stands behind a row of six hours. */
const scanMs = 300_000;
const baudRate = 38_400;

type LinkKind = 'modbus-tcp' | 'modbus-rtu' | 'modbus-rtu-over-tcp' | 'serial-line';

/** A pty pair: the simulator holds one end, the edge the other. */
export interface SerialPair {
  readonly simulatorPath: string;
  readonly edgePath: string;
}

interface PlantLink {
  readonly name: string;
  readonly kind: LinkKind;
  readonly [key: string]: unknown;
}

/** All demo machines with the link on which they stand; a site has one link of a kind, a serial line one machine. */
const placed = owners.flatMap((owner, ownerIndex) =>
  owner.machines.map((machine, index) => ({
    ownerIndex,
    unit: index + 1,
    machine,
    link: machine.link === 'serial-line' ? `line-${machine.tag}` : `site-${ownerIndex + 1}-${machine.link}`,
  })),
);

/** Names of the links that want a serial line with two ends. */
export const rtuLinks: readonly string[] = [
  ...new Set(placed.filter((p) => p.machine.link === 'modbus-rtu').map((p) => p.link)),
];

const linkOf = (
  name: string,
  kind: (typeof placed)[number]['machine']['link'],
  serial: ReadonlyMap<string, SerialPair>,
): PlantLink => {
  if (kind === 'modbus-tcp') return { name, kind, port: 0 };
  // The line speaks in wall time: as often as the other machines are read in demo time at the demo's usual rate.
  if (kind === 'serial-line') return { name, kind, port: 0, intervalMs: 1000 };
  const pair = serial.get(name);
  return pair
    ? { name, kind, path: pair.simulatorPath, baudRate }
    : { name, kind: 'modbus-rtu-over-tcp', port: 0, baudRate };
};

/** The simulator's plant file: real links, no fixed ports. `served` gets every value that leaves it. */
export const plantOf = (clock: DemoClock, serial: ReadonlyMap<string, SerialPair>, served: string) => {
  const links = new Map(placed.map((p) => [p.link, linkOf(p.link, p.machine.link, serial)]));
  return {
    clock,
    seed: 20261122,
    links: [...links.values()],
    machines: placed.map(({ machine, link, unit, ownerIndex }) => ({
      key: machine.tag,
      type: machine.type,
      link,
      unit,
      startMs: clock.epochMs - machine.ageDays * dayMs,
      ...(machine.seed ? { seed: machine.seed } : {}),
      ambient: { latitudeDeg: owners[ownerIndex]?.site.location.latitude ?? 61 },
    })),
    faults: [],
    served,
  };
};

/** A link as the simulator says that it is open. */
export interface OpenLink {
  readonly name: string;
  readonly host?: string;
  readonly port?: number;
}

const sourceOf = (name: string, kind: LinkKind, open: OpenLink, serial: ReadonlyMap<string, SerialPair>) => {
  const pair = serial.get(name);
  if (kind === 'modbus-rtu' && pair) return { kind, path: pair.edgePath, baudRate };
  const at = { host: open.host, port: open.port };
  if (kind === 'serial-line') return { kind, ...at, checksum: 'nmea' };
  return kind === 'modbus-rtu' ? { kind: 'modbus-rtu-over-tcp', ...at } : { kind, ...at };
};

/** The rules of a machine's gateway: the limits of its model, passed in three readings one after another. */
const alarmsOf = (type: string) =>
  Object.entries(machineModels.find((model) => model.code === type)?.alarmLimits ?? {}).map(([point, above]) => ({
    name: `${point} max`,
    point,
    above,
    delayMs: 2 * scanMs,
  }));

export interface EdgeConfigInput {
  readonly seeded: Seeded;
  readonly gateway: SeededGateway;
  readonly clock: DemoClock;
  readonly links: readonly OpenLink[];
  readonly serial: ReadonlyMap<string, SerialPair>;
  readonly mqttUrl: string;
  readonly dir: string;
}

/** The configuration of one site's edge agent: its buses, its machines and the ids of their points. */
export const edgeConfigOf = ({ seeded, gateway, clock, links, serial, mqttUrl, dir }: EdgeConfigInput) => {
  const mine = placed.filter((p) => p.ownerIndex === gateway.ownerIndex);
  const buses = [...new Set(mine.map((p) => p.link))].map((name) => {
    const onBus = mine.filter((p) => p.link === name);
    const open = links.find((l) => l.name === name);
    const kind = onBus[0]?.machine.link;
    if (!open || !kind) throw new Error(`the simulator opened no link ${name}`);
    return {
      name,
      source: sourceOf(name, kind, open, serial),
      devices: onBus.map(({ machine, unit }) => ({
        name: machine.tag,
        ...(kind === 'serial-line' ? {} : { unit }),
        profile: kind === 'serial-line' ? `${machine.type}-line` : machine.type,
        scanMs,
        points: Object.fromEntries(seeded.machines.find((m) => m.key === machine.tag)?.points ?? []),
        alarms: alarmsOf(machine.type),
      })),
    };
  });
  return {
    organisationId: seeded.organisationId,
    gatewayId: gateway.gatewayId,
    dataDir: join(dir, 'outbox'),
    clock,
    uplink: { url: mqttUrl, token: gateway.token },
    buses,
  };
};
