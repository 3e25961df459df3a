import type { Clock } from '@kuluma/shared/clock.ts';
import { AppError } from '@kuluma/shared/errors.ts';
import { decodeBlock, rowCounter } from '../core/decode-block.ts';
import type { Reading } from '../core/judge-reading.ts';
import { mostPerRead, type ReadRequest, type Reply } from '../core/modbus-frame.ts';
import { type Block, planBlocks, widthOf } from '../core/poll-plan.ts';
import type { ModbusPoint, ModbusProfile } from '../core/profile.ts';
import type { DeviceSpec, Scan, ScannedDevice } from '../ports.ts';

/** What a device refused to answer, as people know the codes (Modbus Application Protocol V1.1b3, 7). */
const exceptionNames: Record<number, string> = {
  1: 'illegal function',
  2: 'illegal data address',
  3: 'illegal data value',
  4: 'device failure',
  6: 'device busy',
  11: 'gateway target does not respond',
};

interface Master {
  read(request: ReadRequest): Promise<Exclude<Reply, { kind: 'mismatch' }>>;
  close(): Promise<void>;
}

const checkPoint = (profile: ModbusProfile, point: ModbusPoint, guarded: Block | undefined): void => {
  const bits = point.function === 'coil' || point.function === 'discrete';
  const refuse = (message: string): never => {
    throw new AppError('CONFIG_INVALID', `profile ${profile.profile}, point ${point.name}: ${message}`);
  };
  if (bits && point.type) refuse('a coil or discrete input has no type');
  if (!bits && !point.type) refuse('a register needs a type');
  if (point.address + widthOf(point) > 65_536) refuse('the value runs over address 65535');
  if (!guarded) return;
  const inside = point.address >= guarded.address && point.address + widthOf(point) <= guarded.address + guarded.count;
  if (point.function !== guarded.function || !inside) refuse('it is not between the two counters of the row guard');
};

const planOf = (profile: ModbusProfile, wanted: ReadonlySet<string>): Block[] => {
  const points = profile.points.filter((p) => wanted.has(p.name));
  const blocks = planBlocks(points, profile.rowGuard);
  const guarded = profile.rowGuard ? blocks[0] : undefined;
  if (guarded && guarded.count > mostPerRead[guarded.function])
    throw new AppError('CONFIG_INVALID', `profile ${profile.profile}: a guarded row must fit in one read`, {
      hint: `at most ${mostPerRead[guarded.function]} registers from the first counter to the second`,
    });
  for (const point of points) checkPoint(profile, point, guarded);
  return blocks;
};

/** Scans Modbus devices over whatever line the master holds. All values of a block carry the time at which its reply arrived. */
export const modbusSource = (master: Master, clock: Clock) => ({
  device({ unit, profile, wanted }: DeviceSpec<ModbusProfile>): ScannedDevice {
    const blocks = planOf(profile, wanted);
    const guard = profile.rowGuard;
    let lastRow: number | undefined;
    const scan = async (): Promise<Scan> => {
      const readings: Reading[] = [];
      let rowsRefused = 0;
      let failure: AppError | undefined;
      for (const block of blocks) {
        const reply = await master
          .read({ unit, function: block.function, address: block.address, count: block.count })
          .catch((error: unknown) => {
            if (error instanceof AppError) return error;
            throw error;
          });
        const sampledAtMs = clock.now();
        if (reply instanceof AppError) return { readings, rowsRefused, failure: reply };
        if (reply.kind === 'exception') {
          const what = `${block.function} ${block.address}+${block.count}`;
          const why = exceptionNames[reply.code] ?? 'see its manual';
          failure ??= new AppError('REPLY_MISMATCH', `unit ${unit} refuses ${what}: exception ${reply.code} (${why})`);
          continue;
        }
        if (guard) {
          const row = rowCounter(reply.data, block, guard);
          if (row === undefined || row === lastRow) {
            rowsRefused++;
            continue;
          }
          lastRow = row;
        }
        readings.push({ sampledAtMs, values: decodeBlock(reply.data, block) });
      }
      return { readings, rowsRefused, ...(failure ? { failure } : {}) };
    };
    return { scan };
  },
  close: () => master.close(),
});
