import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { MachineType, PointSpec } from '../machines/machine-type.ts';
import type { HistoryEvent, HistoryRow } from './record-machine.ts';

/** Lengths of time, in days, for which a failure probability is wanted. */
const horizonsDays = [7, 14, 28, 56];

const isoOf = (ms: number): string => new Date(ms).toISOString();

/** A twentieth of the noise is as fine as a mean is worth writing. */
const decimalsOf = (point: PointSpec): number =>
  point.noise > 0 ? Math.max(0, Math.ceil(-Math.log10(point.noise / 20))) : 1;

/** Writes one folder of the fleet history format for one machine type. */
export const createFleetWriter = (type: MachineType) => {
  const scales = type.points.map((p) => 10 ** decimalsOf(p));
  const telemetry: string[] = [`machine,t,${type.points.map((p) => p.name).join(',')}\n`];
  const machines: string[] = ['machine,model,latitudeDeg,duty\n'];
  const events: string[] = ['machine,t,kind,component,code\n'];
  return {
    addMachine(key: string, latitudeDeg: number, pattern: string): void {
      machines.push(`${key},${type.type},${latitudeDeg.toFixed(1)},${pattern}\n`);
    },
    addRow(key: string, row: HistoryRow): void {
      let line = `${key},${isoOf(row.atMs)}`;
      for (const [i, value] of row.values.entries()) {
        const scale = scales[i] ?? 1;
        line += `,${Math.round(value * scale) / scale}`;
      }
      telemetry.push(`${line}\n`);
    },
    addEvent(key: string, event: HistoryEvent): void {
      events.push(`${key},${isoOf(event.atMs)},${event.kind},${event.component},${event.code}\n`);
    },
    get rowCount(): number {
      return telemetry.length - 1;
    },
    async write(folder: string): Promise<void> {
      mkdirSync(folder, { recursive: true });
      const fleet = {
        format: 'kuluma-fleet/1',
        name: `Simulated fleet: ${type.type}`,
        timeUnit: 'iso',
        points: Object.fromEntries(type.points.map((p) => [p.name, { role: p.role, unit: p.unit }])),
        targets: type.wear.map(({ mode }) => ({ component: mode.component, horizons: horizonsDays })),
      };
      writeFileSync(join(folder, 'fleet.json'), `${JSON.stringify(fleet, null, 2)}\n`);
      const save = async (name: string, lines: readonly string[]) =>
        writeFileSync(join(folder, name), await promisify(gzip)(lines.join(''), { level: 4 }));
      await Promise.all([
        save('telemetry.csv.gz', telemetry),
        save('machines.csv.gz', machines),
        save('events.csv.gz', events),
      ]);
    },
  };
};
