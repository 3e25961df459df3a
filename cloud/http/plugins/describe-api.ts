import type { FastifyDynamicSwaggerOptions } from '@fastify/swagger';
import { ProblemView } from '@kuluma/shared/model/views.ts';

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
      securitySchemes: { session: { type: 'apiKey', in: 'cookie', name: 'kuluma_session' } },
    },
  },
  transform: ({ schema, url, route }) => {
    const right = route.config?.right;
    return {
      url,
      schema: {
        ...schema,
        security: right === 'public' ? [] : [{ session: [] }],
        description: right === 'public' ? 'Open to everyone.' : `Needs the right ${right}.`,
        response: { ...(schema?.response as object | undefined), default: ProblemView },
      },
    };
  },
};
