import { acceptAs } from '@kuluma/cloud/pipelines/answer-offers.ts';
import { peoplePaths } from '@kuluma/shared/model/people-paths.ts';
import { minuteMs } from '@kuluma/shared/model/units.ts';
import type { CalendarFeedMade, CalendarFeedView } from '@kuluma/shared/model/views/people.ts';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { approveOffer, createWorld, type Tenant, type World } from './http-world.ts';

let world: World;
let tenant: Tenant;

beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.stop());
beforeEach(async () => {
  tenant = await world.tenant({ machines: 1, technicians: 1 });
  await approveOffer(tenant, 0);
  await world.records.transact(async (tx) => {
    const [offer] = await tx.list('offer', tenant.organisationId);
    const slotId = offer?.slots[0]?.id;
    if (!offer || !slotId) throw new Error('no offer was made');
    await acceptAs(world.deps, tx, offer, { slotId, by: { kind: 'contact', contactId: offer.contactId } });
  });
});

const make = async () => (await tenant.technician.post(peoplePaths.calendarFeed(), {})).body as CalendarFeedMade;
const fetchFeed = (path: string) => world.app.inject({ url: path });
const linesOf = async (path: string) => (await fetchFeed(path)).body.replaceAll('\r\n ', '').split('\r\n');
const theVisit = async () => {
  const [visit] = await world.records.list('visit', tenant.organisationId);
  if (!visit) throw new Error('there is no visit');
  return visit;
};
const stamp = (ms: number) => new Date(ms).toISOString().replace(/[-:]|\.\d{3}/g, '');

describe('the calendar of a technician', () => {
  it('holds the visits under ids that stay, at their time in UTC, and names no owner', async () => {
    const { path } = await make();
    const reply = await fetchFeed(path);
    expect([reply.statusCode, reply.headers['content-type']]).toEqual([200, 'text/calendar; charset=utf-8']);
    const { id, slot, version } = await theVisit();
    expect(await linesOf(path)).toEqual(
      expect.arrayContaining([
        `UID:${id}`,
        `DTSTART:${stamp(slot.startMs)}`,
        `SEQUENCE:${version}`,
        'STATUS:CONFIRMED',
      ]),
    );
    for (const { name, email } of await world.records.list('contact', tenant.organisationId))
      for (const word of [name, email]) expect(reply.body).not.toContain(word);
  });

  it('tells of a visit that moved and of one that was cancelled, as the same entry', async () => {
    const { path } = await make();
    const visit = await theVisit();
    const startMs = visit.slot.startMs + 30 * minuteMs;
    const moved = await world.records.transact((tx) =>
      tx.update('visit', { ...visit, slot: { ...visit.slot, startMs } }),
    );
    expect(await linesOf(path)).toEqual(
      expect.arrayContaining([`UID:${visit.id}`, `DTSTART:${stamp(startMs)}`, `SEQUENCE:${moved.version}`]),
    );
    await world.records.transact(async (tx) => void (await tx.update('visit', { ...moved, state: 'cancelled' })));
    expect(await linesOf(path)).toEqual(expect.arrayContaining([`UID:${visit.id}`, 'STATUS:CANCELLED']));
  });

  it('ends when its technician says so, or makes a new address', async () => {
    const first = await make();
    const second = await make();
    expect([(await fetchFeed(first.path)).statusCode, (await fetchFeed(second.path)).statusCode]).toEqual([404, 200]);
    const state = async () => (await tenant.technician.get(peoplePaths.calendarFeed())).body as CalendarFeedView;
    expect((await state()).madeAt).not.toBeNull();
    await tenant.technician.post(peoplePaths.endCalendarFeed(), {});
    expect((await state()).madeAt).toBeNull();
    const refused = await fetchFeed(second.path);
    expect(refused.statusCode).toBe(404);
    expect(refused.body).not.toContain(second.path.split('/').at(-1));
  });

  it('is not for anybody else, and its address opens nothing but itself', async () => {
    for (const caller of [tenant.planner, ...tenant.owners])
      expect((await caller.post(peoplePaths.calendarFeed(), {})).status).toBe(403);
    const { path } = await make();
    const secret = path.split('/').at(-1) ?? '';
    const reply = await world.app.inject({
      url: peoplePaths.calendarFeed(),
      headers: { authorization: `Bearer ${secret}` },
    });
    expect(reply.statusCode).toBe(401);
    expect((await fetchFeed(`/calendar/${'x'.repeat(43)}`)).statusCode).toBe(404);
  });
});
