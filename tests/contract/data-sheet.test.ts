import { createLink } from '@kuluma/cloud/http/principal.ts';
import { columnsOf } from '@kuluma/shared/model/sample.ts';
import { dayMs, hourMs } from '@kuluma/shared/model/units.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createWorld, type Tenant, type World } from './http-world.ts';

/** What an owner reads of the data of a machine before they sign. */

let world: World;
let ours: Tenant;
let theirs: Tenant;

beforeAll(async () => {
  world = await createWorld();
  ours = await world.tenant({ machines: 2, technicians: 1 });
  theirs = await world.tenant({ machines: 1, technicians: 1 });
  const [pointId] = ours.pointIds;
  if (!pointId) throw new Error('a point');
  const samples = Array.from({ length: 70 }, (_, i) => ({
    ...{ pointId, sampledAtMs: world.time.nowMs - (i + 1) * 2 * hourMs, value: i / 3, quality: 'good' as const },
  }));
  const key = { gatewayId: 'gwy_00000000000000000000000001', epoch: 1, class: 'live', seq: 1 } as const;
  await world.timeSeries.write([{ organisationId: ours.organisationId, key, samples: columnsOf(samples) }]);
});
afterAll(() => world.stop());

const read = (url: string, cookie = '') => world.app.inject({ url, headers: { cookie } });
const sheetOf = (n = 0) => `/owner/machines/${ours.machineIds[n]}/data-sheet`;

describe('the data sheet of a machine', () => {
  it('says in three languages what is measured, how much, how long it is kept and how to get at it', async () => {
    const cookie = ours.owners[0]?.cookie;
    const text = (await read(`${sheetOf()}?lang=en`, cookie)).body;
    // Seventy values in seven days.
    expect(text).toMatch(/vibration \(mm\/s\)<\/span> <span class="soft">10 values a day/);
    // A file of a few kilobytes is not said to be of 0.0 MB.
    expect(text).toMatch(/About 10 values a day, which is about [1-9]\d* kB a month/);
    expect(text).toContain('its database keeps values');
    for (const word of ['JSON, CSV or Parquet', 'third party', 'trade secret', 'Traficom'])
      expect(text).toContain(word);
    expect((await read(`${sheetOf()}?lang=fi`, cookie)).body).toContain('Mitä mitataan');
    expect((await read(`${sheetOf()}?lang=sv`, cookie)).body).toContain('Vad som mäts');
    expect((await read(`/owner/machines/${ours.machineIds[0]}/data?lang=en`, cookie)).body).toContain('/data-sheet');
  });

  it('is there for the planner of a model and a machine, of the own company alone', async () => {
    const { cookie } = ours.planner;
    const machine = await world.records.get('machine', ours.organisationId, ours.machineIds[0] ?? '');
    const { machineModelId = '' } = machine ?? {};
    for (const id of [machineModelId, ours.machineIds[0]])
      expect((await read(`/data-sheets/${id}?lang=en`, cookie)).body).toContain('>10 values a day<');
    expect((await read(`/data-sheets/${theirs.machineIds[0]}`, cookie)).statusCode).toBe(404);
    expect((await read(`/data-sheets/${machineModelId}`, ours.owners[0]?.cookie)).statusCode).toBe(401);
    expect((await read(sheetOf(1), ours.owners[0]?.cookie)).statusCode).toBe(404);
  });

  it('is reached from the offer of a contract by its link, before anybody signs in', async () => {
    const { organisationId, machineIds, ownerIds, contactIds } = ours;
    const day = (days: number) => new Date(world.time.nowMs + days * dayMs).toISOString().slice(0, 10);
    const person = (await world.records.list('person', organisationId)).find(({ roles }) => roles.includes('planner'));
    const cents = { meanCents: 1000, p10Cents: 500, p90Cents: 2000 };
    const contractOfferId = await world.add(organisationId, 'contractOffer', {
      ...{ machineId: machineIds[0], ownerId: ownerIds[0], contactId: contactIds[0], personId: person?.id },
      ...{ warrantyUntilOn: day(20), fromOn: day(21), untilOn: day(386), covers: ['labour'], terms: '' },
      ...{ monthlyCents: 9000, visitCents: 0, vatRatePermille: 255, state: 'sent', declineReason: null },
      ...{ answeredAtMs: null, validUntilMs: world.time.nowMs + dayMs, legalBasis: 'consent' },
      worth: {
        ...{ visits: 1, without: cents, with: cents, saving: cents, savingProbability: 0.8 },
        ...{ verdict: 'worth', breakEvenMonthlyCents: 9500 },
        basis: { ownEvents: 1, ownYears: 2, otherEvents: 0, otherYears: 0, forecasts: 0 },
      },
    } as never);
    const who = { organisationId, personId: null, contactId: contactIds[0] ?? null, contractOfferId, roles: [] };
    const secret = await createLink(world.deps, 'contractLink', { ...who, roles: ['owner'] }, hourMs);
    expect((await read(`/contract/${secret}?lang=en`)).body).toContain(`/contract/${secret}/data-sheet?lang=en`);
    expect((await read(`/contract/${secret}/data-sheet?lang=en`)).body).toContain('What is measured');
    const own = `/owner/contracts/${contractOfferId}/data-sheet`;
    expect((await read(own, ours.owners[0]?.cookie)).statusCode).toBe(200);
    expect((await read(own, ours.owners[1]?.cookie)).statusCode).toBe(404);
    expect((await read('/contract/nothing-that-anybody-was-given/data-sheet')).statusCode).toBe(410);
  });
});
