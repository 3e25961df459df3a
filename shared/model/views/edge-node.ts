import { type Static, Type } from 'typebox';
import { closed, orNull } from '../base.ts';
import { IsoInstant } from './common.ts';

/** A metric as its maker names it; a point that is to take it is assigned to this source. */
const EdgeMetricView = Type.Object(
  { source: Type.String(), unit: orNull(Type.String()), lastSampledAt: orNull(IsoInstant), isMapped: Type.Boolean() },
  closed,
);

/** A Sparkplug B edge node behind a gateway, as its messages told it since the service started. */
export const EdgeNodeView = Type.Object(
  {
    group: Type.String(),
    node: Type.String(),
    /** False: its values are stale, and so are those of its devices. */
    isAlive: Type.Boolean(),
    lastMessageAt: IsoInstant,
    devices: Type.Array(
      Type.Object({ name: Type.String(), isAlive: Type.Boolean(), lastSampledAt: orNull(IsoInstant) }, closed),
    ),
    /** What became of its messages and metrics, by reason. */
    counts: Type.Record(Type.String(), Type.Integer({ minimum: 0 })),
    /** Samples that no point takes. */
    unmapped: Type.Integer({ minimum: 0 }),
    metrics: Type.Array(EdgeMetricView),
  },
  closed,
);
export type EdgeNodeView = Static<typeof EdgeNodeView>;
