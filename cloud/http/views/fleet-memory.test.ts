import type { FleetRow } from '@kuluma/shared/model/views/machine.ts';
import { describe, expect, it } from 'vitest';
import { FleetMemory } from './fleet-memory.ts';

const row = (tag: string) => ({ machine: { tag } }) as FleetRow;

describe('FleetMemory', () => {
  const memoryOf = (answers: (() => Promise<FleetRow[]>)[]) => {
    const clock = { ms: 0, reads: 0 };
    const failures: unknown[] = [];
    const memory = new FleetMemory(
      () => {
        clock.reads++;
        return (answers.shift() ?? (() => Promise.reject(new Error('the store is away'))))();
      },
      () => clock.ms,
      (error) => failures.push(error),
    );
    return { memory, clock, failures };
  };

  it('reads once for all who look at the same moment', async () => {
    const { memory, clock } = memoryOf([async () => [row('P-1')]]);
    await Promise.all([memory.rows('org'), memory.rows('org'), memory.rows('org')]);
    expect(clock.reads).toBe(1);
  });

  it('answers from memory while it reads anew, then with what it read', async () => {
    const { memory, clock } = memoryOf([async () => [row('P-1')], async () => [row('P-2')]]);
    await memory.rows('org');
    clock.ms = 5000;
    expect(await memory.rows('org')).toEqual([row('P-1')]);
    for (let turn = 0; turn < 2; turn++) await new Promise((done) => setImmediate(done));
    expect(await memory.rows('org')).toEqual([row('P-2')]);
    expect(clock.reads).toBe(2);
  });

  it('shows nothing that is too old: a store that stays away is a fault, and the log has it before', async () => {
    const { memory, clock, failures } = memoryOf([async () => [row('P-1')]]);
    await memory.rows('org');
    clock.ms = 59_000;
    expect(await memory.rows('org')).toEqual([row('P-1')]);
    for (let turn = 0; turn < 2; turn++) await new Promise((done) => setImmediate(done));
    expect(failures).toMatchObject([{ message: 'the store is away' }]);
    clock.ms = 61_000;
    await expect(memory.rows('org')).rejects.toThrow('the store is away');
  });

  it('reads a fleet that takes long more seldom', async () => {
    const { memory, clock } = memoryOf([
      async () => {
        clock.ms = 1000;
        return [row('P-1')];
      },
    ]);
    await memory.rows('org');
    clock.ms = 8000;
    await memory.rows('org');
    await new Promise((done) => setImmediate(done));
    expect(clock.reads).toBe(1);
  });

  it('keeps organisations apart', async () => {
    const { memory } = memoryOf([async () => [row('P-1')], async () => [row('P-2')]]);
    expect(await memory.rows('a')).toEqual([row('P-1')]);
    expect(await memory.rows('b')).toEqual([row('P-2')]);
  });
});
