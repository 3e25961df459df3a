import { AppError } from '@kuluma/shared/errors.ts';
import { apiPaths } from '@kuluma/shared/model/api.ts';
import { idOf } from '@kuluma/shared/model/base.ts';
import { isoOf } from '@kuluma/shared/model/views/common.ts';
import { EdgeNodeView } from '@kuluma/shared/model/views/edge-node.ts';
import { Type } from 'typebox';
import type { EdgeNodeListing } from '../../pipelines/on-sparkplug.ts';
import type { App } from '../fastify-app.ts';
import type { HttpDeps } from '../http-deps.ts';
import { pathIds } from './route-parts.ts';

const isoOrNull = (ms: number | undefined): string | null => (ms === undefined ? null : isoOf(ms));

const edgeNodeViewOf = ({ group, node, isAlive, unmapped, ...listing }: EdgeNodeListing): EdgeNodeView => ({
  group,
  node,
  isAlive,
  unmapped,
  lastMessageAt: isoOf(listing.lastMessageMs),
  devices: listing.devices.map(({ lastSampledAtMs, ...device }) => ({
    ...device,
    lastSampledAt: isoOrNull(lastSampledAtMs),
  })),
  counts: Object.fromEntries(listing.counts),
  metrics: listing.metrics.map(({ source, unit, lastSampledAtMs, isMapped }) => ({
    source,
    unit: unit ?? null,
    lastSampledAt: isoOrNull(lastSampledAtMs),
    isMapped,
  })),
});

/** Sparkplug B edge nodes behind a gateway, for the person who assigns their metrics to points. */
export const registerEdgeNodeRoutes = (app: App, { records, edgeNodes }: HttpDeps): void => {
  app.get(
    apiPaths.edgeNodes(':organisationId', ':gatewayId'),
    {
      config: { right: 'gateway:read' },
      schema: {
        tags: ['gateways'],
        summary: 'Sparkplug B edge nodes that spoke since the service started, with the metrics that they named',
        params: pathIds({ gatewayId: idOf('gateway') }),
        response: { 200: Type.Array(EdgeNodeView) },
      },
    },
    async ({ params }) => {
      if (!(await records.get('gateway', params.organisationId, params.gatewayId)))
        throw new AppError('NOT_FOUND', 'there is no such gateway');
      return (await edgeNodes(params)).map(edgeNodeViewOf);
    },
  );
};
