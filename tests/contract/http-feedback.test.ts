import { createLookup } from '@kuluma/cloud/pipelines/lookup.ts';
import { factsOf } from '@kuluma/cloud/pipelines/message-facts.ts';
import { apiPaths } from '@kuluma/shared/model/api.ts';
import { dayMs } from '@kuluma/shared/model/units.ts';
import type { CaseRow } from '@kuluma/shared/model/views/case.ts';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createWorld, type Tenant, type World } from './http-world.ts';
import { bookedOffer, openOffer, theVisitOf } from './offer-visitor.ts';

let world: World;
let tenant: Tenant;
let secret: string;

beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.stop());

const theVisit = () => theVisitOf(world, tenant);
const finish = async () => {
  const { id, version } = await theVisit();
  const report = {
    ...{ idempotencyKey: 'report-12345', findingVerdict: 'confirmed', finding: 'Worn', minutes: 90 },
    ...{ componentReplaced: true, partsUsed: [] },
  };
  const url = apiPaths.visitReport(tenant.organisationId, id);
  const reply = await tenant.technician.post(url, report, { 'if-match': `"${version}"` });
  if (reply.status !== 200) throw new Error(JSON.stringify(reply.body));
};
const feedback = () => world.records.list('visitFeedback', tenant.organisationId);
const cases = async () => (await tenant.planner.get(apiPaths.cases(tenant.organisationId))).body as CaseRow[];

beforeEach(async () => {
  tenant = await world.tenant({ machines: 1, technicians: 1 });
  secret = await bookedOffer(world, tenant);
});

describe('after a visit', () => {
  it('the contact says how it went and how easy it was, one tap each; looking says nothing', async () => {
    expect((await openOffer(world, secret)).html).not.toContain('id="feedback"');
    const pdf = () => world.app.inject({ method: 'GET', url: `/offer/${secret}/report.pdf` });
    expect((await pdf()).statusCode).toBe(404);
    await finish();
    expect((await pdf()).headers['content-type']).toBe('application/pdf');
    const page = await openOffer(world, secret, '?lang=en');
    expect(page.html).toContain('Read the report (PDF)');
    expect(page.html).toContain('How did the service go?');
    expect(page.html).toMatch(/The machine’s measurements, not before \w+/);
    expect(await feedback()).toEqual([]);
    const [letter] = (await world.records.list('message', tenant.organisationId)).filter(
      ({ template }) => template === 'satisfaction',
    );
    expect(letter?.notBeforeMs).toBe(world.time.nowMs + dayMs);
    expect((await page.submit('satisfaction', { rating: '4' })).status).toBe(303);
    const said = letter && (await factsOf(createLookup(world.records, tenant.organisationId), letter));
    expect(said).toBe('overtaken');
    const next = await openOffer(world, secret, '?lang=en');
    expect(next.html).toContain('How easy was it');
    expect((await next.submit('ease', { rating: '5' })).status).toBe(303);
    expect(await feedback()).toMatchObject([{ satisfaction: 4, ease: 5, createdBy: { kind: 'contact' } }]);
    expect((await openOffer(world, secret)).html).not.toContain('id="feedback"');
    expect(await cases()).toEqual([]);
  });

  it('a bad answer opens one case, which a person takes up', async () => {
    await finish();
    const page = await openOffer(world, secret, '?lang=en');
    expect((await page.submit('satisfaction', { rating: '2' })).status).toBe(303);
    const next = await openOffer(world, secret, '?lang=en');
    expect(next.html).toContain('will be in touch');
    expect((await next.submit('ease', { rating: '1' })).status).toBe(303);
    const found = await cases();
    expect(found).toHaveLength(1);
    expect(found[0]).toMatchObject({ origin: 'feedback', turn: 'company', personName: 'First Contact' });
    expect(found[0]?.lastText).toContain('Huonosti');
  });

  it('is asked only then, and takes nothing but a rating', async () => {
    const early = await openOffer(world, secret);
    const first = { idempotencyKey: 'early-12345', version: '1' };
    expect((await early.submit('satisfaction', { rating: '5', ...first })).status).toBe(409);
    await finish();
    const page = await openOffer(world, secret);
    for (const rating of ['0', '6', '2.5', 'good', ''])
      expect((await page.submit('satisfaction', { rating })).status).toBe(400);
    expect((await page.submit('ease', { rating: '5', idempotencyKey: 'ease-12345', version: '1' })).status).toBe(409);
    expect(await feedback()).toEqual([]);
  });
});
