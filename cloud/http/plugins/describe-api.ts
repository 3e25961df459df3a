import type { FastifyDynamicSwaggerOptions } from '@fastify/swagger';
import { roles } from '@kuluma/shared/model/parties.ts';
import { ProblemView } from '@kuluma/shared/model/views/common.ts';
import { cookieOf } from '../session-cookie.ts';

/** The OpenAPI document is made of the schemas that validate and serialise; every route may answer with a problem. */
export const describeApi: FastifyDynamicSwaggerOptions = {
  openapi: {
    openapi: '3.1.0',
    info: {
      title: 'Kuluma',
      description: 'Predictive maintenance from the sensor to the service visit.',
      version: '1',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    components: {
      securitySchemes: Object.fromEntries(
        roles.map((role) => [role, { type: 'apiKey', in: 'cookie', name: cookieOf(role) }]),
      ),
    },
  },
  transform: ({ schema, url, route }) => {
    const right = route.config?.right;
    return {
      url,
      schema: {
        ...schema,
        security: right === 'public' ? [] : roles.map((role) => ({ [role]: [] })),
        description: right === 'public' ? 'Open to everyone.' : `Needs the right ${right}.`,
        'x-purpose': route.config?.purpose,
        response: { ...(schema?.response as object | undefined), default: ProblemView },
      },
    };
  },
};
