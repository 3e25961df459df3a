import { seededRandom } from '@kuluma/shared/clock.ts';
import type { FleetHistory, MachineEvent, MachineHistory, TimeUnit } from '../../history/fleet-history.ts';

/**
 * A wearing fleet for tests: wear speeds differ, two sensors follow the wear, one is noise, the load has two levels,
 * errors come late.
 */
export interface SyntheticFleet {
  readonly machines: number;
  readonly seed: number;
  readonly timeUnit?: TimeUnit;
  readonly rulCap?: number;
  readonly horizons?: number[];
  /** Machines whose observation ends at this share of their life. */
  readonly censored?: { readonly machines: number; readonly share: number };
}

const points = ['vibration', 'temperature', 'humidity', 'load'] as const;

export const syntheticFleet = (options: SyntheticFleet): FleetHistory => {
  const random = seededRandom(options.seed);
  const noise = () => random() + random() + random() - 1.5;
  const machines = Array.from({ length: options.machines }, (_, m): MachineHistory => {
    const life = 50 + Math.floor(40 * random());
    const cut = m < (options.censored?.machines ?? 0) ? Math.floor(life * (options.censored?.share ?? 1)) : life;
    const t = Float64Array.from({ length: cut }, (_, i) => i + 1);
    const wear = t.map((age) => (age / life) ** 2);
    const load = t.map(() => (random() < 0.5 ? 10 : 20));
    const failure: MachineEvent = { t: life, kind: 'failure', component: 'pump', code: '' };
    const errors = [0.4, 0.7, 0.8, 0.9]
      .map((share): MachineEvent => ({ t: Math.floor(share * life), kind: 'error', component: '', code: 'E1' }))
      .filter(({ t: at }) => at <= cut);
    return {
      machine: `machine ${m + 1}`,
      t,
      columns: [
        wear.map((w, i) => 1 + 4 * w + 0.1 * (load[i] as number) + 0.2 * noise()),
        wear.map((w, i) => 60 - 10 * w + (load[i] as number) + noise()),
        wear.map(() => 50 + 5 * noise()),
        load,
      ],
      events: cut === life ? [...errors, failure] : errors,
      attributes: { model: m % 2 === 0 ? 'small' : 'large' },
    };
  });
  return {
    meta: {
      format: 'kuluma-fleet/1',
      name: 'synthetic pumps',
      timeUnit: options.timeUnit ?? 'cycle',
      points: {
        vibration: { role: 'sensor', unit: 'mm/s' },
        temperature: { role: 'sensor', unit: 'degC' },
        humidity: { role: 'sensor' },
        load: { role: 'setting' },
      },
      targets: [
        {
          component: 'pump',
          horizons: options.horizons ?? [5, 10, 20],
          ...(options.rulCap ? { rulCap: options.rulCap } : {}),
        },
      ],
    },
    points: [...points],
    machines,
  };
};

/** What was known of a machine once `rows` rows were read: later rows are gone and later events not yet written. */
export const upTo = (machine: MachineHistory, rows: number): MachineHistory => {
  const now = machine.t[rows - 1] as number;
  return {
    ...machine,
    t: machine.t.slice(0, rows),
    columns: machine.columns.map((column) => column.slice(0, rows)),
    events: machine.events.filter((event) => event.t < now),
  };
};
