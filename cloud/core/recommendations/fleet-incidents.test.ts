import { seededRandom } from '@kuluma/shared/clock.ts';
import { newId } from '@kuluma/shared/model/base.ts';
import { dayMs } from '@kuluma/shared/model/units.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  batchCause,
  groupIncidents,
  type IncidentMember,
  leastMachines,
  machinesForIncident,
  togetherMs,
} from './fleet-incidents.ts';

const members = fc
  .array(
    fc.record(
      { machine: fc.nat(9), cause: fc.constantFrom('bearing', 'seal'), day: fc.nat(60) },
      { noNullPrototype: true },
    ),
    { maxLength: 40 },
  )
  .map((list) =>
    list.map(
      ({ machine, cause, day }, n): IncidentMember => ({
        id: `r${n}`,
        machineId: `m${machine}`,
        cause,
        atMs: day * dayMs,
      }),
    ),
  );
const least = () => leastMachines;
const idsOf = (list: readonly IncidentMember[]) => list.map(({ id }) => id);
const grouped = (list: readonly IncidentMember[]) =>
  groupIncidents(list, least).incidents.map((incident) => idsOf(incident.members));

describe('groupIncidents', () => {
  it('loses no member and has none twice', () => {
    fc.assert(
      fc.property(members, (list) => {
        const { incidents, single } = groupIncidents(list, least);
        const all = [...incidents.flatMap((incident) => incident.members), ...single];
        expect(idsOf(all).sort()).toEqual(idsOf(list).sort());
      }),
    );
  });

  it('groups the same whatever the order', () => {
    fc.assert(
      fc.property(members, fc.infiniteStream(fc.nat()), (list, keys) => {
        const mixed = list
          .map((member) => ({ member, key: keys.next().value as number }))
          .sort((a, b) => a.key - b.key)
          .map(({ member }) => member);
        expect(grouped(mixed)).toEqual(grouped(list));
      }),
    );
  });

  it('has one cause and machines enough in each incident, each member within days of others', () => {
    fc.assert(
      fc.property(members, (list) => {
        for (const { cause, members: ours } of groupIncidents(list, least).incidents) {
          expect(new Set(ours.map((one) => one.cause))).toEqual(new Set([cause]));
          for (const { atMs } of ours) {
            const near = ours.filter((one) => Math.abs(one.atMs - atMs) <= togetherMs);
            expect(new Set(near.map(({ machineId }) => machineId)).size).toBeGreaterThanOrEqual(leastMachines);
          }
        }
      }),
    );
  });

  it('leaves alone what nothing else of its cause came up with', () => {
    fc.assert(
      fc.property(members, (list) => {
        const { single } = groupIncidents(list, least);
        for (const one of single) {
          const from = list.filter(
            ({ cause, atMs }) => cause === one.cause && atMs >= one.atMs && atMs - one.atMs <= togetherMs,
          );
          expect(new Set(from.map(({ machineId }) => machineId)).size).toBeLessThan(leastMachines);
        }
      }),
    );
  });

  it('is not moved by what another cause does', () => {
    fc.assert(
      fc.property(members, (list) => {
        const bearings = list.filter(({ cause }) => cause === 'bearing');
        const of = (all: readonly IncidentMember[]) =>
          groupIncidents(all, least)
            .incidents.filter(({ cause }) => cause === 'bearing')
            .map((incident) => idsOf(incident.members));
        expect(of(list)).toEqual(of(bearings));
      }),
    );
  });
});

it('takes marks of one batch for one thing only where they are of one part', () => {
  const random = seededRandom(1);
  const [pump, fan] = [newId('machineModel', random), newId('machineModel', random)];
  const about = { machineModelId: pump, componentCode: 'bearing', failureModeCode: 'VIB' as const, batch: '1' };
  const bearing = batchCause({ ...about, partId: 'bearing 6309' });
  expect(batchCause({ ...about, machineModelId: fan, partId: 'bearing 6309' })).toBe(bearing);
  expect(batchCause({ ...about, partId: 'seal 12' })).not.toBe(bearing);
  expect(batchCause({ ...about, batch: '2', partId: 'bearing 6309' })).not.toBe(bearing);
  expect(batchCause({ ...about, batch: undefined, partId: 'bearing 6309' })).toBeNull();
});

it('asks for more machines where there are more of them', () => {
  expect([1, 40, 150, 151, 1250].map(machinesForIncident)).toEqual([3, 3, 3, 4, 25]);
});
