import { describe, expect, it } from 'vitest';
import { needs } from '../services.ts';
import { runExchanges } from './exchange-rig.ts';

/** A hundredth of what `npm run bench:edge -- --full exchanges` does; the faults are the same. */
const sizes = {
  'modbus-tcp': { exchanges: 8000, lanes: 8 },
  'modbus-rtu': { exchanges: 1000, lanes: 8 },
  'modbus-rtu-over-tcp': { exchanges: 1000, lanes: 8 },
} as const;

const expectNoWrongValue = async (kind: keyof typeof sizes) => {
  const { exchanges, lanes } = sizes[kind];
  const tally = await runExchanges(kind, { exchanges, lanes, timeoutMs: 100 });
  expect(tally.wrong).toBe(0);
  expect(tally.good).toBeGreaterThan(exchanges / 2);
  expect(tally.faults.size).toBeGreaterThan(7);
};

describe('a line that delays, drops, doubles, splits, merges and spoils replies', () => {
  it('never makes a wrong value on Modbus TCP', () => expectNoWrongValue('modbus-tcp'));
  it('never makes a wrong value on RTU over TCP', () => expectNoWrongValue('modbus-rtu-over-tcp'));

  const { skip, title } = needs('socat', 'never makes a wrong value on RTU');
  it.skipIf(skip)(title, () => expectNoWrongValue('modbus-rtu'));
});
