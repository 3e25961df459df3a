import { type Static, Type } from 'typebox';
import { closed, idOf, orNull } from '../base.ts';
import { IsoInstant } from './common.ts';

/** Whether the machinery behind the pages is well. */

/** What ingest kept out for one reason since start. `samples` is 0 where nobody can tell how many a message held. */
export const RefusalView = Type.Object(
  { reason: Type.String(), messages: Type.Integer(), samples: Type.Integer(), lastAt: IsoInstant },
  closed,
);
export type RefusalView = Static<typeof RefusalView>;

export const GatewayView = Type.Object(
  {
    gatewayId: idOf('gateway'),
    name: Type.String(),
    siteName: Type.String(),
    online: Type.Boolean(),
    lastSeenAt: orNull(IsoInstant),
    outboxDepth: orNull(Type.Integer()),
    refusals: Type.Array(RefusalView),
  },
  closed,
);
export type GatewayView = Static<typeof GatewayView>;

/** Is the machinery behind the pages well: jobs with their last run, what was stored and refused. */
export const StatusView = Type.Object(
  {
    jobs: Type.Array(
      Type.Object(
        {
          name: Type.String(),
          lastStartAt: orNull(IsoInstant),
          lastOk: orNull(Type.Boolean()),
          lastError: orNull(Type.String()),
          runs: Type.Integer(),
        },
        closed,
      ),
    ),
    samplesStored: Type.Integer(),
    batchesStored: Type.Integer(),
    duplicates: Type.Integer(),
    gateways: Type.Array(GatewayView),
    /** Of senders that are no organisation's gateway, one for each reason. */
    refusals: Type.Array(RefusalView),
  },
  closed,
);
export type StatusView = Static<typeof StatusView>;
