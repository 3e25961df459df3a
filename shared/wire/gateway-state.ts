import { type Static, Type } from 'typebox';
import { Instant, idOf } from '../model/base.ts';
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
  { additionalProperties: false },
);
export type DeviceState = Static<typeof DeviceState>;

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
      {
        /** Batches that wait for the broker's acknowledgement. */
        batches: Count,
        bytes: Count,
        /** Samples refused because the outbox was full or its disk refused. */
        droppedSamples: Count,
      },
      { additionalProperties: false },
    ),
    /** How late scans began behind their deadlines; of the last thousand on each bus. */
    scanLateness: Type.Object(
      { p50Ms: Type.Number({ minimum: 0 }), p99Ms: Type.Number({ minimum: 0 }) },
      { additionalProperties: false },
    ),
    devices: Type.Array(DeviceState),
    /** Absent where no configuration ever came over the link. */
    config: Type.Optional(ConfigState),
  },
  { additionalProperties: false },
);
export type GatewayState = Static<typeof GatewayState>;
