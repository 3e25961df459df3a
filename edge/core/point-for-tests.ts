import type { ModbusPoint } from './profile.ts';

/** A point of a holding register as a profile gives it with nothing said, for tests. */
export const point = (over: Partial<ModbusPoint>): ModbusPoint => ({
  name: 'p',
  unit: '1',
  scale: 1,
  offset: 0,
  role: 'sensor',
  function: 'holding',
  address: 0,
  wordOrder: 'big',
  byteOrder: 'big',
  ...over,
});
