import type { Clock } from '@kuluma/shared/clock.ts';
import { AppError } from '@kuluma/shared/errors.ts';
import { openModbusLink } from '../links/index.ts';
import type { ReadyLink } from '../links/link.ts';
import { noServedLog, openServedLog } from '../links/served-log.ts';
import type { RecordedPoint, Recording } from './read-fleet.ts';
import { ReplayUnit } from './replay-unit.ts';

export interface ReplayOptions {
  readonly clock: Clock;
  readonly cycleLengthMs: number;
  readonly link: string;
  readonly baudRate: number;
  readonly served?: string;
}

export interface RunningReplay {
  readonly link: ReadyLink;
  readonly units: readonly { readonly machine: string; readonly unit: number; readonly rows: number }[];
  /** Resolves when the last row of every machine was read. */
  readonly done: Promise<void>;
  stop(): Promise<void>;
}

const linkPattern = /^(?:(tcp|rtu-tcp):\/\/([^/:]+):(\d{1,5})|rtu:(.+))$/;

/** @throws INPUT_INVALID for what is neither tcp://host:port nor rtu-tcp://host:port nor rtu:PATH. */
const linkConfigOf = (text: string, baudRate: number) => {
  const [, scheme, host, port, path] = linkPattern.exec(text) ?? [];
  const common = { name: 'replay', replyDelayMs: 0, paced: false, baudRate };
  if (path) return { ...common, kind: 'modbus-rtu', path } as const;
  if (!host)
    throw new AppError('INPUT_INVALID', `"${text}" is no link`, {
      hint: 'tcp://host:port, rtu-tcp://host:port or rtu:PATH',
    });
  const kind = scheme === 'tcp' ? 'modbus-tcp' : 'modbus-rtu-over-tcp';
  return { ...common, kind, host, port: Number(port) } as const;
};

const maxUnits = 247;
const neverDropped = { isDropped: () => false, canDrop: false };

const servedValues = (machine: string, points: readonly RecordedPoint[], values: readonly number[]) =>
  points.flatMap(({ name }, i) => {
    const value = values[i];
    return value === undefined || Number.isNaN(value) ? [] : [{ machine, point: name, value }];
  });

/** Opens the link and shows the machines of a recording as units 1 to n. @throws LINK_DOWN, INPUT_INVALID */
export const replayFleet = async (recording: Recording, options: ReplayOptions): Promise<RunningReplay> => {
  const { machines, points } = recording;
  if (machines.length > maxUnits)
    throw new AppError('INPUT_INVALID', `${machines.length} machines do not fit one link`, {
      hint: 'name some with --machine',
    });
  const config = linkConfigOf(options.link, options.baudRate);
  const servedLog = options.served ? openServedLog(options.served) : noServedLog;
  const done = Promise.withResolvers<void>();
  const units = machines.map(
    (machine) =>
      new ReplayUnit(machine, {
        clock: options.clock,
        cycleLengthMs: options.cycleLengthMs,
        onRowRead(values) {
          servedLog.append(servedValues(machine.key, points, values));
          if (units.every((unit) => unit.isDone)) done.resolve();
        },
      }),
  );
  const link = await openModbusLink(config, new Map(units.map((unit, i) => [i + 1, unit])), neverDropped);
  const stop = async () => {
    await link.close();
    servedLog.close();
  };
  return {
    link: link.ready,
    units: machines.map((m, i) => ({ machine: m.key, unit: i + 1, rows: m.rows.length })),
    done: done.promise,
    stop,
  };
};
