import { seededRandom } from '@kuluma/shared/clock.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createWorld, type Tenant, type World } from './http-world.ts';
import { sendMalformedRequests } from './malformed-requests.ts';

/** KULUMA_FUZZ asks for more than what fits here. */
const requests = Number(process.env['KULUMA_FUZZ'] ?? 3_000);

let world: World;
let ours: Tenant;
beforeAll(async () => {
  world = await createWorld();
  ours = await world.tenant({ machines: 2, technicians: 1 });
});
afterAll(() => world.stop());

describe('the API', () => {
  it('answers whatever is wrong with a request, and none of it as a fault of its own', async () => {
    expect(await sendMalformedRequests(world, ours, requests, seededRandom(8))).toEqual([]);
    expect((await world.app.inject('/readyz')).statusCode).toBe(200);
  });
});
