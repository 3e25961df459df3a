import { randomUUID } from 'node:crypto';
import { inspect } from 'node:util';
import { buildApp } from '@kuluma/cloud/http/app.ts';
import { createLink, createSignInLink } from '@kuluma/cloud/http/principal.ts';
import { apiPaths } from '@kuluma/shared/model/api.ts';
import type { Id } from '@kuluma/shared/model/base.ts';
import { peoplePaths } from '@kuluma/shared/model/people-paths.ts';
import { setUpPaths } from '@kuluma/shared/model/set-up-paths.ts';
import { hourMs } from '@kuluma/shared/model/units.ts';
import type { EnrolledView, EnrolmentView } from '@kuluma/shared/model/views/enrolment.ts';
import type { RecoveryCodes, SecondFactorBegun } from '@kuluma/shared/model/views/people.ts';
import type { Logger } from '@kuluma/shared/node/logger.ts';
import { Secret, TOTP } from 'otpauth';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createWorld, type Tenant, type World } from './http-world.ts';

/** Secrets go to whom they are for, and stand in no log and no refusal, whatever fails on the way. */

let world: World;
let ours: Tenant;
const logged: string[] = [];
const take = (...args: unknown[]) => void logged.push(inspect(args, { depth: 12 }));
const levels = { trace: take, debug: take, info: take, warn: take, error: take, fatal: take, silent: take };
const log = { level: 'trace', ...levels, child: () => log } as unknown as Logger;

beforeAll(async () => {
  world = await createWorld();
  ours = await world.tenant({ machines: 1, technicians: 1 });
});
afterAll(() => world.stop());

/** Two services: one that works and one whose store is away. */
const bothApps = async () => {
  const away = (): never => {
    throw new Error('the store is away');
  };
  const broken = { ...world.deps.records, transact: away, findGateway: away, findSession: away };
  return [await buildApp({ ...world.deps, log }), await buildApp({ ...world.deps, log, records: broken })] as const;
};

describe('secrets', () => {
  it('of links, cookies, codes and tokens stand in no log and no refusal', async () => {
    const { organisationId, contactIds, planner } = ours;
    const contactId = contactIds[0] ?? null;
    const who = { organisationId, personId: null, contactId, roles: ['owner' as const] };
    const link = await createSignInLink(world.deps, who, hourMs);
    const stop = await createLink(world.deps, 'stopLink', who, hourMs);
    const [site] = await world.records.list('site', organisationId);
    const gateway = { siteId: site?.id as Id<'site'>, name: 'Hall 2', tokenHash: '0'.repeat(64) };
    const gatewayId = await world.add(organisationId, 'gateway', gateway);
    const issue = await planner.post(setUpPaths.enrolment(organisationId, gatewayId), { idempotencyKey: randomUUID() });
    const code = (issue.body as EnrolmentView).code ?? '';
    const wrong = `${code.slice(0, -3)}xyz`;

    const [app, broken] = await bothApps();
    const refusals: string[] = [];
    const headers = { 'x-kuluma': '1', cookie: planner.cookie };
    let token = '';
    const factor = { secret: '', codes: [] as string[] };
    for (const one of [broken, app]) {
      const post = async (url: string, payload: object) => {
        const reply = await one.inject({ method: 'POST', url, payload, headers });
        if (reply.statusCode >= 400) refusals.push(reply.body);
        return reply;
      };
      await post(apiPaths.signIn(), { secret: link });
      await post(apiPaths.signIn(), { secret: link, more: link });
      await post(setUpPaths.enrol(), { code: wrong });
      await post(setUpPaths.enrol(), { code, token: code });
      const enrolled = await post(setUpPaths.enrol(), { code });
      if (enrolled.statusCode === 200) token = enrolled.json<EnrolledView>().token ?? '';
      const begun = await post(peoplePaths.secondFactor(), {});
      if (begun.statusCode === 200) factor.secret = begun.json<SecondFactorBegun>().secret;
      for (const given of [`${code}x`.slice(-39), factor.secret.slice(0, 40)])
        await post(peoplePaths.confirmSecondFactor(), { code: given.padEnd(6, '0') });
      if (factor.secret !== '') {
        const right = new TOTP({ secret: Secret.fromBase32(factor.secret) }).generate({ timestamp: world.time.wallMs });
        const confirmed = await one.inject({
          ...{ method: 'POST', url: peoplePaths.confirmSecondFactor(), payload: { code: right }, headers },
        });
        factor.codes = confirmed.json<RecoveryCodes>().codes;
      }
      for (const url of [`/stop/${stop}`, `/offer/${link}`, `/case/${link}`, `/share/${link}`, apiPaths.me()]) {
        const { statusCode, body } = await one.inject({ url, headers });
        if (statusCode >= 400) refusals.push(body);
      }
      await one.close();
    }
    expect(refusals.filter((text) => text.includes('INTERNAL')).length).toBeGreaterThan(1);
    expect(logged.join('\n')).toContain('the store is away');
    expect(token).not.toBe('');
    const cookie = planner.cookie.split('=')[1] ?? '';
    expect(factor.codes).toHaveLength(10);
    for (const secret of [link, stop, code, wrong, token, cookie, factor.secret, ...factor.codes])
      for (const text of [...logged, ...refusals]) expect(text).not.toContain(secret);
  });
});
