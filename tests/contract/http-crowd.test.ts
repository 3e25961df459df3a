import { randomUUID } from 'node:crypto';
import { apiPaths } from '@kuluma/shared/model/api.ts';
import type { ProblemView } from '@kuluma/shared/model/views/common.ts';
import type { DecisionView } from '@kuluma/shared/model/views/decision.ts';
import type { OfferView } from '@kuluma/shared/model/views/visit.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { databases } from './databases.ts';
import { type Caller, createWorld, type Tenant, type World } from './http-world.ts';

/** Many people decide in the same instant: nobody gets what another one has. */

const crowd = 20;

for (const { title, skip, open } of databases) {
  describe.skipIf(skip)(`twenty at once on ${title}`, () => {
    let world: World;
    let close: () => void;

    beforeAll(async () => {
      const store = await open();
      close = store.close;
      world = await createWorld(store.database);
    });
    afterAll(async () => {
      await world?.stop();
      close?.();
    });

    const planMarkOf = async ({ planner, organisationId, recommendationIds }: Tenant, n: number) =>
      ((await planner.get(apiPaths.decision(organisationId, recommendationIds[n] ?? ''))).body as DecisionView)
        .planMark;

    /** Looks, then decides, and again while others were faster. */
    const approve = async (tenant: Tenant, n: number): ReturnType<Caller['post']> => {
      const { planner, organisationId, recommendationIds } = tenant;
      const url = apiPaths.approve(organisationId, recommendationIds[n] ?? '');
      for (;;) {
        const planMark = (await planMarkOf(tenant, n)) ?? '';
        const reply = await planner.post(url, { idempotencyKey: randomUUID(), planMark }, { 'if-match': '"1"' });
        if ((reply.body as ProblemView).code !== 'CONFLICT') return reply;
      }
    };

    const offersOf = async ({ owners, organisationId }: Tenant, n: number): Promise<OfferView[]> =>
      (await owners[n]?.get(apiPaths.offers(organisationId)))?.body as OfferView[];

    const accept = ({ owners, organisationId }: Tenant, offer: OfferView, slot: number, n: number) =>
      owners[n]?.post(
        apiPaths.offerAnswer(organisationId, offer.offerId),
        { idempotencyKey: randomUUID(), answer: 'accept', slotId: offer.slots[slot]?.slotId },
        { 'if-match': `"${offer.version}"` },
      );

    /** Pairs of holds that block the same time of the same technician. */
    const overlapsOf = async ({ organisationId }: Tenant): Promise<string[]> => {
      const holds = (await world.records.list('slotHold', organisationId)).filter(({ state }) => state !== 'released');
      return holds.flatMap((a, i) =>
        holds
          .slice(i + 1)
          .filter((b) => a.technicianId === b.technicianId && a.busyFromMs < b.busyToMs && b.busyFromMs < a.busyToMs)
          .map((b) => `${a.id} ${b.id}`),
      );
    };

    it('hold and book no time of a technician twice', async () => {
      const tenant = await world.tenant({ machines: crowd, technicians: 2 });
      const replies = await Promise.all(Array.from({ length: crowd }, (_, n) => approve(tenant, n)));
      expect(replies.filter(({ status }) => status === 200).length).toBeGreaterThan(3);
      for (const { status, body } of replies)
        if (status !== 200) expect((body as ProblemView).code).toMatch(/^(NO_FEASIBLE_SLOT|SLOT_TAKEN)$/);
      expect(await overlapsOf(tenant)).toEqual([]);

      const offers = [];
      for (const n of [0, 1]) for (const offer of await offersOf(tenant, n)) offers.push({ offer, n });
      const answers = await Promise.all(offers.map(({ offer, n }) => accept(tenant, offer, 0, n)));
      expect(answers.map((answer) => answer?.status)).toEqual(offers.map(() => 200));
      expect(await overlapsOf(tenant)).toEqual([]);
      expect(await world.records.list('visit', tenant.organisationId)).toHaveLength(offers.length);
    });

    it('get one time for each offer when fifty answers come in the same instant', async () => {
      const machines = 17;
      const tenant = await world.tenant({ machines, technicians: 4 });
      for (let n = 0; n < machines; n++) expect((await approve(tenant, n)).status).toBe(200);
      const offers = [];
      for (const n of [0, 1]) for (const offer of await offersOf(tenant, n)) offers.push({ offer, n });
      const wishes = offers.flatMap(({ offer, n }) => offer.slots.map((_, slot) => ({ offer, n, slot })));
      expect(wishes.length).toBeGreaterThanOrEqual(50);
      const answers = await Promise.all(wishes.map(({ offer, n, slot }) => accept(tenant, offer, slot, n)));
      const yes = wishes.filter((_, i) => answers[i]?.status === 200);
      expect(yes.map(({ offer }) => offer.offerId).sort()).toEqual(offers.map(({ offer }) => offer.offerId).sort());
      const visits = await world.records.list('visit', tenant.organisationId);
      const booked = yes.map(({ offer, slot }) => offer.slots[slot]?.slotId);
      expect(visits.map(({ slot }) => slot.id).sort()).toEqual(booked.sort());
      expect(await overlapsOf(tenant)).toEqual([]);
    });

    it('book one visit of one offer', async () => {
      const tenant = await world.tenant({ machines: 1, technicians: 2 });
      await approve(tenant, 0);
      const [offer] = await offersOf(tenant, 0);
      if (!offer) throw new Error('no offer');
      const answers = await Promise.all(Array.from({ length: crowd }, (_, n) => accept(tenant, offer, n % 3, 0)));
      const statuses = answers.map((answer) => answer?.status).sort();
      expect(statuses).toEqual([200, ...Array.from({ length: crowd - 1 }, () => 409)]);
      expect(await world.records.list('visit', tenant.organisationId)).toHaveLength(1);
      expect(await world.records.list('acceptance', tenant.organisationId)).toHaveLength(1);
    });

    it('get the one answer to the one command that all of them repeat', async () => {
      const tenant = await world.tenant({ machines: 1, technicians: 2 });
      const body = { idempotencyKey: randomUUID(), planMark: await planMarkOf(tenant, 0) };
      const url = apiPaths.approve(tenant.organisationId, tenant.recommendationIds[0] ?? '');
      const replies = await Promise.all(
        Array.from({ length: crowd }, () => tenant.planner.post(url, body, { 'if-match': '"1"' })),
      );
      expect(new Set(replies.map(({ status }) => status))).toEqual(new Set([200]));
      expect(new Set(replies.map(({ body }) => JSON.stringify(body))).size).toBe(1);
      expect(await world.records.list('offer', tenant.organisationId)).toHaveLength(1);
    });
  });
}
