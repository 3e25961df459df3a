import type { EdgeNodeName } from '@kuluma/shared/wire/sparkplug-topic.ts';
import type { KnownMetric } from './metric-scope.ts';

/**
 * How the assignment of a point spells the metric that feeds it: `sparkplug:{group}/{edge node}/{device}/{metric}`, with
 * nothing between two slashes for a metric of the edge node itself. Only the metric may hold slashes of its own.
 */
export const metricSource = (
  { group, node }: EdgeNodeName,
  { device = '', name }: Pick<KnownMetric, 'device' | 'name'>,
): string => `sparkplug:${group}/${node}/${device}/${name}`;
