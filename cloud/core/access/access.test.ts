import { freshBase } from '@kuluma/shared/model/base.ts';
import { type Role, roles } from '@kuluma/shared/model/parties.ts';
import { describe, expect, it } from 'vitest';
import { idFor, origin } from '../planning/fixtures/records.ts';
import { ownerMaySee, rangesOfOwner } from './ownership.ts';
import { mayUse, type Principal } from './principal.ts';
import { rights } from './rights.ts';

const principalOf = (...given: Role[]): Principal => ({
  organisationId: origin.organisationId,
  personId: null,
  contactId: null,
  ownerId: null,
  technicianId: null,
  roles: given,
});

describe('rights', () => {
  it('leave nothing but what is public to someone unknown or without a role', () => {
    expect(rights.filter((right) => mayUse(undefined, right))).toEqual(['public']);
    expect(rights.filter((right) => mayUse(principalOf(), right))).toEqual(['public']);
  });

  it('let only planners decide, only owners answer, only technicians report', () => {
    const who = (right: (typeof rights)[number]) => roles.filter((role) => mayUse(principalOf(role), right));
    expect(who('recommendation:decide')).toEqual(['planner']);
    expect(who('offer:answer')).toEqual(['owner']);
    expect(who('visit:report')).toEqual(['technician']);
    expect(who('fleet:read')).toEqual(['planner']);
    expect(who('gateway:configure')).toEqual(['planner']);
  });

  it("of several roles add up, and every right is someone's", () => {
    expect(mayUse(principalOf('planner', 'technician'), 'visit:report')).toBe(true);
    expect(rights.filter((right) => !mayUse(principalOf(...roles), right))).toEqual([]);
  });
});

describe('an owner', () => {
  const [machineId, ownerId, other] = [idFor('machine'), idFor('owner'), idFor('owner')];
  const own = (of: typeof ownerId, fromMs: number, toMs: number | null) => ({
    ...freshBase('machineOwnership', origin),
    machineId,
    ownerId: of,
    period: { fromMs, toMs },
  });
  const ownerships = [own(ownerId, 100, 200), own(other, 200, 300), own(ownerId, 300, null)];

  it('sees a machine from the first to before the last instant of each period', () => {
    expect(
      [99, 100, 199, 200, 299, 300, 9e12].map((atMs) => ownerMaySee(ownerships, ownerId, machineId, atMs)),
    ).toEqual([false, true, true, false, false, true, true]);
    expect(ownerMaySee(ownerships, ownerId, idFor('machine'), 150)).toBe(false);
    expect(ownerMaySee([], ownerId, machineId, 150)).toBe(false);
  });

  it('gets the data of those periods only', () => {
    expect(rangesOfOwner(ownerships, ownerId, machineId, { fromMs: 150, toMs: 350 })).toEqual([
      { fromMs: 150, toMs: 200 },
      { fromMs: 300, toMs: 350 },
    ]);
    expect(rangesOfOwner(ownerships, other, machineId, { fromMs: 0, toMs: 200 })).toEqual([]);
  });
});
