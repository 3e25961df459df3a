import { idOf } from '@kuluma/shared/model/base.ts';
import { setUpPaths } from '@kuluma/shared/model/set-up-paths.ts';
import { isoOf } from '@kuluma/shared/model/views/common.ts';
import { EnrolCommand, EnrolledView, EnrolmentView } from '@kuluma/shared/model/views/enrolment.ts';
import { SetUpActCommand } from '@kuluma/shared/model/views/set-up.ts';
import { gatewayFile } from '../../core/set-up/gateway-file.ts';
import { enrolGateway, issueEnrolment } from '../../pipelines/enrol-gateway.ts';
import { pointsFedBy } from '../../pipelines/points-fed-by.ts';
import { runOnce } from '../commands.ts';
import type { App } from '../fastify-app.ts';
import type { HttpDeps } from '../http-deps.ts';
import { newToken } from '../secrets.ts';
import { pathIds } from './route-parts.ts';

/** How a gateway gets a certificate, or a token that nobody has seen: by a code that is good once. */
export const registerEnrolment = (app: App, { records, clock, random, wallNow, gatewayAuthority }: HttpDeps): void => {
  const tags = ['gateways'];
  const deps = { clock, random, wallNow, secret: newToken, authority: gatewayAuthority };
  app.post(
    setUpPaths.enrolment(':organisationId', ':gatewayId'),
    {
      config: { right: 'setUp:change', asksSecondFactor: true },
      schema: {
        ...{ tags, summary: 'Gives a code by which a gateway gets a way in of its own; told this once' },
        ...{ params: pathIds({ gatewayId: idOf('gateway') }), body: SetUpActCommand, response: { 200: EnrolmentView } },
      },
    },
    async (request) => {
      // What is remembered of a command holds no secret.
      let code: string | null = null;
      const { expiresAtMs } = await runOnce(records, request, async (tx) => {
        const issued = await issueEnrolment(deps, tx, request.params);
        code = issued.code;
        return { expiresAtMs: issued.expiresAtMs };
      });
      return { code, expiresAt: isoOf(expiresAtMs) };
    },
  );
  app.post(
    setUpPaths.enrol(),
    {
      config: {
        right: 'public',
        fromElsewhere: true,
        tellsSecretTo: 'whoever has its code',
        rateLimit: { max: 10, timeWindow: '1 minute' },
      },
      schema: {
        tags,
        summary: 'Takes a code for a certificate or a token',
        body: EnrolCommand,
        response: { 200: EnrolledView },
      },
    },
    async (request, reply) => {
      const enrolled = await enrolGateway(deps, records, request.body);
      const { organisationId, gatewayId } = enrolled;
      const points = await pointsFedBy(records, { id: gatewayId, organisationId });
      const authority = (await gatewayAuthority?.trusted()) ?? null;
      reply.header('cache-control', 'no-store');
      const file = gatewayFile({ ...enrolled, points, knowsAuthority: authority !== null });
      return { ...enrolled, authority, gatewayFile: file };
    },
  );
};
