import { type Static, Type } from 'typebox';
import { ClockState, DeviceState, Queue } from '../../wire/gateway-state.ts';
import { closed, idOf, oneOf, orNull, Probability } from '../base.ts';
import { gapReasons } from '../gateway-reports.ts';
import { sampleClasses } from '../topics.ts';
import { IsoInstant } from './common.ts';
import { dataFaults } from './machine.ts';
import { GatewayView } from './status.ts';

/** One gateway from near: how its agent is doing, what it feeds, what it lost. */

const { lastReadAtMs: _, ...deviceCounts } = DeviceState.properties;
const Device = Type.Object({ ...deviceCounts, lastReadAt: orNull(IsoInstant) }, closed);

/** What the agent said of itself when it last did. */
const GatewayAgentView = Type.Object(
  {
    version: Type.String(),
    /** How often it has started, ever. */
    starts: Type.Integer(),
    clock: ClockState,
    scanLateness: Type.Object({ p50Ms: Type.Number(), p99Ms: Type.Number() }, closed),
    /** What the broker has not acknowledged, by class. */
    queues: Type.Array(Type.Object({ class: oneOf(sampleClasses), ...Queue.properties }, closed)),
    /** Samples lost since the start, of the reasons that came up. */
    lost: Type.Array(Type.Object({ reason: oneOf(gapReasons), samples: Type.Integer() }, closed)),
    devices: Type.Array(Device),
    /** Revision of the configuration in use; null for the file on the gateway. */
    running: orNull(Type.Integer()),
  },
  closed,
);

const FedPointView = Type.Object(
  {
    pointId: idOf('measurementPoint'),
    name: Type.String(),
    machineId: idOf('machine'),
    machineTag: Type.String(),
    unit: Type.String(),
    /** Bus, device and register as the gateway spells them; empty where nobody wrote it down. */
    source: Type.String(),
    lastSampledAt: orNull(IsoInstant),
    value: orNull(Type.Number()),
    /** Over the last day; null where nothing was judged yet. */
    score: orNull(Probability),
    faults: Type.Array(oneOf(dataFaults)),
  },
  closed,
);

export const GatewayDetailView = Type.Object(
  {
    ...GatewayView.properties,
    timeZone: Type.String(),
    /** Of the certificate that it shows when it connects; null where it has a token. */
    certificate: orNull(Type.Object({ serial: Type.String(), expiresAt: IsoInstant }, closed)),
    /** Null where it was not heard since the service started, and of a gateway of another maker. */
    agent: orNull(GatewayAgentView),
    points: Type.Array(FedPointView),
    /** Times of which samples are lost for ever, newest first; the last of them. */
    gaps: Type.Array(
      Type.Object(
        {
          reason: oneOf(gapReasons),
          fromAt: IsoInstant,
          toAt: IsoInstant,
          samples: orNull(Type.Integer()),
        },
        closed,
      ),
    ),
    /** What a first configuration can start from: the ids of its points, in YAML. */
    firstConfig: Type.String(),
  },
  closed,
);
export type GatewayDetailView = Static<typeof GatewayDetailView>;

/** What can be said of a configuration before it is sent. Nothing was sent. */
export const ConfigCheckView = Type.Object(
  {
    /** Why no gateway would take it; `path` is a section or `line:column`. */
    faults: Type.Array(Type.Object({ path: Type.String(), message: Type.String() }, closed)),
    /** Ids in it of points that this gateway does not feed: their samples would be refused. */
    strangers: Type.Array(Type.String()),
    /** Points that the gateway feeds and that it would not read any more. */
    leftOut: Type.Array(
      Type.Object({ pointId: idOf('measurementPoint'), name: Type.String(), machineTag: Type.String() }, closed),
    ),
  },
  closed,
);
export type ConfigCheckView = Static<typeof ConfigCheckView>;
