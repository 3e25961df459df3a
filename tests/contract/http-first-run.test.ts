import { inspect } from 'node:util';
import type { Database } from '@kuluma/cloud/adapters/records-postgres/database.ts';
import { tableOf } from '@kuluma/cloud/adapters/records-postgres/record-tables.ts';
import { buildApp } from '@kuluma/cloud/http/app.ts';
import type { App } from '@kuluma/cloud/http/fastify-app.ts';
import { FirstCode, firstCodeLifeHours } from '@kuluma/cloud/http/first-code.ts';
import { apiPaths } from '@kuluma/shared/model/api.ts';
import { type Language, languages } from '@kuluma/shared/model/base.ts';
import { hourMs } from '@kuluma/shared/model/units.ts';
import type { Logger } from '@kuluma/shared/node/logger.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { databases } from './databases.ts';
import { createWorld, type World } from './http-world.ts';

/** What whoever starts a service on an empty store meets, in this order: nobody, the code, the company, nothing more. */

const logged: string[] = [];
const take = (...args: unknown[]) => void logged.push(inspect(args, { depth: 12 }));
const levels = { trace: take, debug: take, info: take, warn: take, error: take, fatal: take, silent: take };
const log = { level: 'trace', ...levels, child: () => log } as unknown as Logger;

const form = {
  ...{ organisation: 'Huolto & Kunto Oy', name: 'Paula Planner', email: 'paula@example.com' },
  ...{ language: 'sv', timeZone: 'Europe/Stockholm' },
};

for (const { title, skip, open } of databases) {
  describe.skipIf(skip)(`the first run on ${title}`, () => {
    let world: World;
    let database: Database;
    let close: () => void;
    /** Two processes on one store, each with a code of its own. */
    let [code, otherCode]: FirstCode[] = [];
    let [app, other]: App[] = [];

    beforeAll(async () => {
      ({ database, close } = await open());
      world = await createWorld(database);
      [code, otherCode] = [new FirstCode(world.deps.wallNow), new FirstCode(world.deps.wallNow)];
      app = await buildApp({ ...world.deps, log, firstCode: code });
      other = await buildApp({ ...world.deps, log, firstCode: otherCode });
    });
    afterAll(async () => {
      await app?.close();
      await other?.close();
      await world?.stop();
      close?.();
    });

    const issued = (by = code): string => by?.issue() ?? '';
    let visitors = 0;
    const get = async (language: Language = 'en') => {
      const remoteAddress = `10.1.0.${visitors++}`;
      const reply = await app?.inject({ url: `/first?lang=${language}`, remoteAddress });
      if (!reply) throw new Error('not started');
      return reply;
    };
    const post = async (
      fields: object,
      at = app,
      headers: object = { origin: 'http://localhost' },
      remoteAddress = `10.1.1.${visitors++}`,
    ) => {
      const reply = await at?.inject({
        method: 'POST',
        url: '/first?lang=en',
        remoteAddress,
        headers: { host: 'localhost', 'content-type': 'application/x-www-form-urlencoded', ...headers },
        payload: new URLSearchParams({ ...fields }).toString(),
      });
      if (!reply) throw new Error('not started');
      return reply;
    };
    const companies = () => world.records.organisationIds();

    it('finds no company, no account and no way in', async () => {
      for (const kind of ['organisation', 'person', 'contact', 'session', 'identity', 'passkey', 'gateway'] as const)
        expect((await database.query(`select 1 from ${tableOf(kind)}`, [])).rows, kind).toEqual([]);
      for (const url of [apiPaths.me(), '/owner/wishes'])
        expect((await app?.inject({ url }))?.statusCode, url).toBe(401);
    });

    it('has a page in three languages that needs no script and no password', async () => {
      for (const language of languages) {
        const { statusCode, headers, body } = await get(language);
        expect(statusCode).toBe(200);
        expect(headers).toMatchObject({ 'referrer-policy': 'same-origin', 'cache-control': 'no-store' });
        expect(body).toContain(`<html lang="${language}">`);
        expect(body).not.toMatch(/<script|type="password"|first\.\w/);
        expect(body).toContain('<option value="Europe/Helsinki" selected>');
      }
      expect((await world.app.inject({ url: '/first' })).statusCode).toBe(404);
    });

    it('opens by no wrong, replaced or old code, nor by none before one was given', async () => {
      const refused = async (tried: string) => {
        const { statusCode, body } = await post({ ...form, code: tried });
        expect(statusCode).toBe(401);
        expect(body).toContain('role="alert">This code is not right');
        expect(body).toContain('value="Huolto &amp; Kunto Oy"');
      };
      await refused('');
      await refused('undefined');
      const before = issued();
      const now = issued();
      expect(now).toMatch(/^([a-z2-7]{4}-){3}[a-z2-7]{4}$/);
      expect(now).not.toBe(before);
      await refused(before);
      await refused(issued(otherCode));
      await refused(now.slice(0, -1));
      world.time.wallMs += firstCodeLifeHours * hourMs;
      await refused(now);
      expect(await companies()).toEqual([]);
      for (const secret of [before, now]) expect(logged.join()).not.toContain(secret);
      expect(logged.join()).toContain('a wrong code was tried');
    });

    it('takes no form of another site, and nothing that is no person or no place', async () => {
      const right = { ...form, code: issued() };
      for (const headers of [{}, { origin: 'https://elsewhere.example' }])
        expect((await post(right, app, headers)).statusCode).toBe(403);
      for (const wrong of [{ name: ' ' }, { email: 'paula' }, { timeZone: 'Europe/Nowhere' }, { language: 'de' }]) {
        const { statusCode, body } = await post({ ...right, ...wrong });
        expect(statusCode, inspect(wrong)).toBe(400);
        expect(body).toContain('Nothing was set up yet');
      }
      expect(await companies()).toEqual([]);
    });

    it('limits how often one address tries', async () => {
      const codes: number[] = [];
      for (let i = 0; i < 11; i++) codes.push((await post({ code: 'wrong' }, app, undefined, '10.2.0.1')).statusCode);
      expect(codes).toEqual([...Array.from({ length: 10 }, () => 401), 429]);
    });

    it('lets one of several who come at once make the company, who is signed in by that', async () => {
      const [here, there] = [issued(), issued(otherCode)];
      const typed = ` ${here.toUpperCase().replaceAll('-', ' ')}`;
      const replies = await Promise.all([
        post({ ...form, code: typed }),
        post({ ...form, code: here }),
        post({ ...form, code: there }, other),
      ]);
      expect(replies.map(({ statusCode }) => statusCode).sort()).toEqual([303, 404, 404]);
      const [organisationId, ...more] = await companies();
      expect(more).toEqual([]);
      const won = replies.find(({ statusCode }) => statusCode === 303);
      expect(won?.headers.location).toBe('/');
      const cookie = [won?.headers['set-cookie']].flat().map((line) => String(line).split(';')[0]);
      const me = await world.app.inject({ url: apiPaths.me(), headers: { cookie: cookie.join('; ') } });
      expect(me.json()).toMatchObject({
        ...{ organisationId, organisationName: form.organisation, roles: ['planner', 'admin'] },
        ...{ name: form.name, language: 'sv' },
      });
      const [company] = organisationId ? await world.records.list('organisation', organisationId) : [];
      expect(company?.timeZone).toBe(form.timeZone);
      for (const secret of [here, there]) expect(logged.join()).not.toContain(secret);
    });

    it('is over once there is a company, whatever code somebody has', async () => {
      for (const by of [code, otherCode]) {
        const { statusCode, body } = await post({ ...form, code: issued(by) }, by === code ? app : other);
        expect(statusCode).toBe(404);
        expect(body).not.toContain('Huolto');
      }
      const { statusCode, body } = await get();
      expect(statusCode).toBe(404);
      expect(body).not.toMatch(/Huolto|<form/);
      expect(await companies()).toHaveLength(1);
    });
  });
}
