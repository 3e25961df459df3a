import { type Static, Type } from 'typebox';
import { closed, idOf, oneOf, orNull } from '../base.ts';
import { IsoInstant } from './common.ts';

/** Whether the machinery behind the pages is well. */

/** What ingest kept out for one reason since start. `samples` is 0 where nobody can tell how many a message held. */
export const RefusalView = Type.Object(
  { reason: Type.String(), messages: Type.Integer(), samples: Type.Integer(), lastAt: IsoInstant },
  closed,
);
export type RefusalView = Static<typeof RefusalView>;

/** One configuration that was sent to a gateway. */
export const GatewayConfigView = Type.Object(
  {
    revision: Type.Integer(),
    /** `sent`: the gateway has not judged it yet. */
    state: oneOf(['sent', 'applied', 'refused', 'rolledBack']),
    /** What the gateway said of it, in its words. */
    report: orNull(Type.String()),
    sentAt: IsoInstant,
    yaml: Type.String(),
  },
  closed,
);
export type GatewayConfigView = Static<typeof GatewayConfigView>;

export const GatewayView = Type.Object(
  {
    gatewayId: idOf('gateway'),
    name: Type.String(),
    siteName: Type.String(),
    online: Type.Boolean(),
    lastSeenAt: orNull(IsoInstant),
    outboxDepth: orNull(Type.Integer()),
    refusals: Type.Array(RefusalView),
    /** The newest that was sent to it; null where none ever was: it runs the file on its disk. */
    config: orNull(Type.Pick(GatewayConfigView, ['revision', 'state', 'report'])),
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
