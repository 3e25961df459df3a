import { type Static, Type } from 'typebox';
import { closed, Instant, idOf, oneOf } from '../model/base.ts';
import { gapReasons } from '../model/gateway-reports.ts';
import { sampleClasses } from '../model/topics.ts';
import { ConfigState } from './gateway-config.ts';

const Count = Type.Integer({ minimum: 0 });

/** How one device behind a gateway is doing. The counters run since the start of the agent. */
export const DeviceState = Type.Object(
  {
    name: Type.String(),
    /** Of its points: good, then stale when it stops answering, then bad. Its values are never repeated meanwhile. */
    quality: Type.Union([Type.Literal('good'), Type.Literal('stale'), Type.Literal('bad'), Type.Literal('unknown')]),
    lastReadAtMs: Type.Union([Instant, Type.Null()]),
    /** Samples that were sent on. */
    read: Count,
    timeouts: Count,
    /** Exceptions and replies that did not fit the request. */
    errors: Count,
    /** Values that were no finite number, and were not sent. */
    notFinite: Count,
    /** Rows whose guard counters disagreed or stood still. */
    rowsRefused: Count,
    /** Lines that were not of the format, or that came faster than anybody fetched them. */
    linesDropped: Count,
    /** Points that the device refuses to give; its others are read. */
    refusedPoints: Count,
    /** Scans left out because the one before was still running. */
    skippedScans: Count,
    /** Values written to it. */
    writes: Count,
  },
  closed,
);
export type DeviceState = Static<typeof DeviceState>;

/** One log of the outbox: what the broker has not acknowledged. */
export const Queue = Type.Object(
  {
    records: Count,
    /** On the disk, those of acknowledged records of a segment in use included. */
    bytes: Count,
    /** How long the oldest has been waiting; 0 where none waits. */
    lagMs: Type.Number({ minimum: 0 }),
  },
  closed,
);
export type Queue = Static<typeof Queue>;

/** Of the clock that stamps samples. */
export const ClockState = Type.Object(
  {
    /**
     * `provisional`: no source of time was trusted since the machine started, so records wait or go with a correction;
     * `catchingUp`: the machine's clock was set back, and samples are stamped ahead of it until it has caught up.
     */
    state: oneOf(['trusted', 'provisional', 'catchingUp']),
    /** Of the samples' time before the machine's. */
    aheadMs: Type.Number(),
  },
  closed,
);
export type ClockState = Static<typeof ClockState>;

/** Retained on the `state` channel as JSON; the will of the connection is the same record with `online: false`. */
export const GatewayState = Type.Object(
  {
    v: Type.Literal(1),
    gatewayId: idOf('gateway'),
    online: Type.Boolean(),
    agentVersion: Type.String(),
    epoch: Count,
    reportedAtMs: Instant,
    outbox: Type.Object(
      { queues: Type.Record(oneOf(sampleClasses), Queue), dropped: Type.Record(oneOf(gapReasons), Count) },
      closed,
    ),
    clock: ClockState,
    /** How late scans began behind their deadlines; of the last thousand on each bus. */
    scanLateness: Type.Object({ p50Ms: Type.Number({ minimum: 0 }), p99Ms: Type.Number({ minimum: 0 }) }, closed),
    devices: Type.Array(DeviceState),
    /** Absent where no configuration ever came over the link. */
    config: Type.Optional(ConfigState),
    /** PEM (PKCS #10): the gateway's certificate ends soon, and it waits for the one that follows. */
    certificateRequest: Type.Optional(Type.String({ maxLength: 4_000 })),
  },
  closed,
);
export type GatewayState = Static<typeof GatewayState>;
