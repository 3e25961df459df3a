import { expect, it } from 'vitest';
import { slaOf } from './service-level.ts';

const zone = 'Europe/Helsinki';
const level = { withinDays: 14, breachCents: 50_000 };

it('counts days from the day on which work was found, at the place of the company, over a change of the clock too', () => {
  // 23:30 in Helsinki, five days before the clock is put back.
  const createdAtMs = Date.UTC(2026, 9, 20, 20, 30);
  expect(slaOf({ createdAtMs }, level, zone)).toEqual({ slaOn: '2026-11-03', slaCents: 50_000 });
});

it('asks for no day where no contract does', () => {
  expect(slaOf({ createdAtMs: 0 }, null, zone)).toEqual({});
  expect(slaOf({ createdAtMs: 0 }, undefined, zone)).toEqual({});
});
