import type { Id } from '@kuluma/shared/model/base.ts';
import { gatewayFiles } from '@kuluma/shared/model/views/enrolment.ts';

/** A point that a gateway reads, by the tag of its machine. */
export interface GatewayPoint {
  readonly tag: string;
  readonly name: string;
  readonly pointId: Id<'measurementPoint'>;
}

export interface GatewayFileArgs {
  readonly organisationId: string;
  readonly gatewayId: string;
  /** Null for one that has a certificate. */
  readonly token: string | null;
  /** Whether the file of the authority of the service stands beside it. */
  readonly knowsAuthority?: boolean;
  readonly points: readonly GatewayPoint[];
}

const busesOf = (points: readonly GatewayPoint[]): string[] => [
  'buses: []',
  '# Put these under the devices that have them (gateway.example.yaml shows where):',
  ...[...Map.groupBy(points, ({ tag }) => tag)].map(
    ([tag, list]) => `#   ${tag}: { ${list.map(({ name, pointId }) => `${name}: ${pointId}`).join(', ')} }`,
  ),
];

/** The beginning of a gateway's configuration file: who it is, and the ids of its points. */
export const gatewayFile = ({ organisationId, gatewayId, token, knowsAuthority, points }: GatewayFileArgs): string =>
  [
    `organisationId: ${organisationId}`,
    `gatewayId: ${gatewayId}`,
    'dataDir: ./data',
    'uplink:',
    `  url: ${token === null || knowsAuthority ? 'mqtts' : 'mqtt'}://broker.example:1883 # where the service or its broker listens`,
    token === null ? `  identityFile: ${gatewayFiles.identity}` : `  token: ${token}`,
    ...(knowsAuthority ? [`  authorityFile: ${gatewayFiles.authority}`] : []),
    ...busesOf(points),
    '',
  ].join('\n');

/** The beginning of what can be sent to a gateway. */
export const firstConfig = (points: readonly GatewayPoint[]): string => [...busesOf(points), ''].join('\n');
