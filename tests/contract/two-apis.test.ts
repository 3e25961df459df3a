import { randomUUID } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { serverDatabase } from '@kuluma/cloud/adapters/records-postgres/server-database.ts';
import { buildApp } from '@kuluma/cloud/http/app.ts';
import type { App } from '@kuluma/cloud/http/fastify-app.ts';
import { apiPaths } from '@kuluma/shared/model/api.ts';
import { newId } from '@kuluma/shared/model/base.ts';
import type { DecisionView } from '@kuluma/shared/model/views/decision.ts';
import type { OfferView } from '@kuluma/shared/model/views/visit.ts';
import { createLogger } from '@kuluma/shared/node/logger.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { needs } from '../services.ts';
import { type PostgresServer, startPostgres } from '../start-postgres.ts';
import { createWorld, type Tenant, type World } from './http-world.ts';

const { skip, title } = needs('postgresql', 'two processes of the API on one PostgreSQL');

describe.skipIf(skip)(title, () => {
  let server: PostgresServer;
  let [one, other]: World[] = [];
  let tenant: Tenant;
  /** The other one, with the files of the first, as `sharedDir` has them. */
  let there: App;

  beforeAll(async () => {
    server = await startPostgres();
    server.createDatabase('two');
    const database = () => serverDatabase({ url: server.url('two') }, createLogger('test', 'silent'));
    one = await createWorld(database());
    other = await createWorld(database());
    there = await buildApp({ ...other.deps, files: one.deps.files, sharesRecords: true });
    await there.listen({ host: '127.0.0.1', port: 0 });
    tenant = await one.tenant({ machines: 1, technicians: 1 });
  });
  afterAll(async () => {
    await there.close();
    await one?.stop();
    await other?.stop();
    server.stop();
  });

  const send = async (
    app: App,
    cookie: string,
    method: 'GET' | 'POST',
    url: string,
    payload?: object,
    headers = {},
  ) => {
    const { statusCode, body } = await app.inject({
      ...{ method, url, headers: { cookie, 'x-kuluma': '1', ...headers } },
      ...(payload ? { payload } : {}),
    });
    return { status: statusCode, body: (body === '' ? null : JSON.parse(body)) as unknown };
  };
  const here = (): App => {
    if (!one) throw new Error('not started');
    return one.app;
  };

  it('know the same sessions, hear the same news, and give a time once', async () => {
    const { organisationId: o, planner, owners } = tenant;
    const [owner] = owners;
    const recommendationId = tenant.recommendationIds[0] ?? '';
    // A page that is open at one hears what is done at the other.
    const { port } = there.server.address() as AddressInfo;
    const stop = new AbortController();
    const events = await fetch(`http://127.0.0.1:${port}${apiPaths.deskEvents(o)}`, {
      headers: { cookie: planner.cookie },
      signal: stop.signal,
    });
    expect(events.status).toBe(200);
    const reader = events.body?.getReader();
    const text = new TextDecoder();
    const heard = async (word: string): Promise<void> => {
      for (let said = ''; !said.includes(word); said += text.decode((await reader?.read())?.value));
    };
    await heard('event: plan');

    const seen = (await send(there, planner.cookie, 'GET', apiPaths.decision(o, recommendationId)))
      .body as DecisionView;
    const approval = { idempotencyKey: randomUUID(), planMark: seen.planMark };
    const ifMatch = { 'if-match': `"${seen.version}"` };
    const approve = (app: App) =>
      send(app, planner.cookie, 'POST', apiPaths.approve(o, recommendationId), approval, ifMatch);
    const first = await approve(here());
    expect(first.status).toBe(200);
    expect(await approve(there), 'the same command again').toEqual(first);
    await heard('event: changed');
    stop.abort();

    const [offer] = (await send(there, owner?.cookie ?? '', 'GET', apiPaths.offers(o))).body as OfferView[];
    if (!offer || !owner) throw new Error('no offer');
    const answers = await Promise.all(
      [here(), there].map((app, n) =>
        send(
          ...([app, owner.cookie, 'POST', apiPaths.offerAnswer(o, offer.offerId)] as const),
          { idempotencyKey: randomUUID(), answer: 'accept', slotId: offer.slots[n]?.slotId },
          { 'if-match': `"${offer.version}"` },
        ),
      ),
    );
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 409]);
    expect(await one?.records.count('visit', o)).toBe(1);

    const out = await send(here(), planner.cookie, 'POST', apiPaths.signOut(), {});
    expect(out.status).toBeLessThan(300);
    expect((await send(there, planner.cookie, 'GET', apiPaths.fleet(o))).status).toBe(401);
  });

  it('take the pieces of a photo by turns', async () => {
    const { organisationId: o, technician } = tenant;
    const [visit] = (await one?.records.list('visit', o)) ?? [];
    if (!visit || !one) throw new Error('no visit');
    const fileId = newId('visitFile', one.deps.random);
    const photo = Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xe0]), Buffer.alloc(200, 7)]);
    const piece = (app: App, offset: number, end: number) =>
      send(app, technician.cookie, 'POST', apiPaths.visitFile(o, visit.id, fileId), {
        ...{ offset, size: photo.length, base64: photo.subarray(offset, end).toString('base64') },
      });
    expect((await piece(here(), 0, 100)).body).toEqual({ receivedBytes: 100, isComplete: false });
    expect((await piece(there, 100, photo.length)).body).toEqual({ receivedBytes: photo.length, isComplete: true });
    const read = await here().inject({
      url: apiPaths.visitFile(o, visit.id, fileId),
      headers: { cookie: technician.cookie },
    });
    expect(read.rawPayload.equals(photo)).toBe(true);
  });
});
