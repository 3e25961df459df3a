import { widthOf } from './decode-registers.ts';
import { mostPerRead } from './modbus-frame.ts';
import type { ModbusPoint, ModbusProfile } from './profile.ts';

const isBits = (point: ModbusPoint): boolean => point.function === 'coil' || point.function === 'discrete';

const bitsOf: Readonly<Record<string, number>> = { uint8: 8, uint16: 16, uint32: 32 };

const faultOfBits = ({ type = 'string', bits }: ModbusPoint): string | undefined => {
  if (!bits) return undefined;
  const [first, last] = bits;
  if (!(type in bitsOf)) return 'bits are taken from a uint8, uint16 or uint32';
  return first > last || last >= (bitsOf[type] ?? 0) ? `a ${type} has no bits ${first} to ${last}` : undefined;
};

const faultOfText = ({ type, registers, texts }: ModbusPoint): string | undefined => {
  if (type === 'string')
    return registers && texts ? undefined : 'a string needs its number of registers, and texts that give it a number';
  return registers || texts ? 'registers and texts belong to a string' : undefined;
};

const faultOfWritable = (point: ModbusPoint): string | undefined => {
  const { writable, function: f, type, bits, scale } = point;
  if (!writable) return undefined;
  if (f !== 'holding' && f !== 'coil') return 'only holding registers and coils can be written';
  if (type === 'string' || bits) return 'a string or a bit field cannot be written';
  if (type === 'int8' || type === 'uint8') return 'half a register cannot be written';
  if (scale === 0) return 'a scale of 0 cannot be written';
  return writable.min > writable.max ? 'its writable range is empty' : undefined;
};

const faultOfGuard = (point: ModbusPoint, guard: NonNullable<ModbusProfile['rowGuard']>): string | undefined => {
  const first = Math.min(guard.before, guard.after);
  const last = Math.max(guard.before, guard.after) + 2;
  const isInside = point.address >= first && point.address + widthOf(point) <= last;
  return point.function === guard.function && isInside
    ? undefined
    : 'it is not between the two counters of the row guard';
};

const faultsOfPoint = (point: ModbusPoint, { rowGuard, forbidden = [] }: ModbusProfile): string[] => {
  const end = point.address + widthOf(point);
  const touched = forbidden.find((r) => r.function === point.function && r.from < end && r.to >= point.address);
  const percent = point.report?.deadbandPercent ?? 0;
  return [
    isBits(point) && point.type && 'a coil or discrete input has no type',
    !isBits(point) && !point.type && 'a register needs a type',
    end > 65_536 && 'the value runs over address 65535',
    touched && `it stands in the forbidden range ${touched.from} to ${touched.to}`,
    point.min !== undefined && point.max !== undefined && point.min > point.max && 'min is above max',
    percent > 0 && (point.min === undefined || point.max === undefined) && 'a deadband in percent needs min and max',
    faultOfBits(point),
    faultOfText(point),
    faultOfWritable(point),
    rowGuard && faultOfGuard(point, rowGuard),
  ].filter((fault) => typeof fault === 'string');
};

/** What no schema can see in a profile: each fault as one sentence that names its point. */
export const profileFaults = (profile: ModbusProfile): string[] => {
  const { rowGuard: guard, forbidden = [] } = profile;
  const isTooLong = guard && Math.abs(guard.after - guard.before) + 2 > mostPerRead[guard.function];
  return [
    ...(isTooLong ? [`a guarded row must fit in one read of ${mostPerRead[guard.function]} registers`] : []),
    ...forbidden.filter((r) => r.from > r.to).map((r) => `the forbidden range ${r.from} to ${r.to} is empty`),
    ...profile.points.flatMap((point) => faultsOfPoint(point, profile).map((fault) => `${point.name}: ${fault}`)),
  ];
};
