import type { IncomingMessage } from 'node:http';
import { buildApp } from '@kuluma/cloud/http/app.ts';
import type { App } from '@kuluma/cloud/http/fastify-app.ts';
import { createSignInLink } from '@kuluma/cloud/http/principal.ts';
import type { RecordOf } from '@kuluma/shared/model/kinds.ts';
import { dayMs } from '@kuluma/shared/model/units.ts';
import type { Tenant, World } from './contract/http-world.ts';
import { bookedOffer, theVisitOf } from './contract/offer-visitor.ts';
import { freePort } from './free-port.ts';

/** One visit that is booked for one technician, and the service that tells of it: it goes, and comes back where it was. */
export interface VisitService {
  readonly tenant: Tenant;
  /** The technician's page. */
  readonly home: string;
  /** Lets the technician in, once. */
  readonly door: string;
  /** @param before sees each request before the service does */
  readonly start: (before?: (request: IncomingMessage) => void) => Promise<void>;
  readonly stop: () => Promise<void>;
  readonly visit: () => Promise<RecordOf<'visit'>>;
  /** All that was stated of the visit. */
  readonly stated: () => Promise<readonly RecordOf<'visitEntry'>[]>;
  readonly outcomes: () => Promise<readonly RecordOf<'outcome'>[]>;
}

/** @param world with pages */
export const createVisitService = async (world: World): Promise<VisitService> => {
  const tenant = await world.tenant({ machines: 1, technicians: 1 });
  await bookedOffer(world, tenant);
  const visit = () => theVisitOf(world, tenant);
  const { organisationId, technicianId } = await visit();
  const technician = await world.records.get('technician', organisationId, technicianId);
  const who = { organisationId, personId: technician?.personId ?? null, contactId: null };
  const secret = await createSignInLink(world.deps, { ...who, roles: ['technician'] }, dayMs);
  const port = await freePort();
  const base = `http://127.0.0.1:${port}`;
  let app: App | undefined;
  return {
    tenant,
    home: `${base}/technician/`,
    door: `${base}/sign-in/#${secret}`,
    visit,
    stated: async () => world.records.list('visitEntry', organisationId, { where: { visitId: (await visit()).id } }),
    outcomes: () => world.records.list('outcome', organisationId),
    start: async (before) => {
      app = await buildApp(world.deps);
      if (before) app.server.prependListener('request', before);
      await app.listen({ host: '127.0.0.1', port });
    },
    stop: async () => {
      await app?.close();
      app = undefined;
    },
  };
};
