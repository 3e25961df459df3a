import type { OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { AppError } from '@kuluma/shared/errors.ts';
import type { Id } from '@kuluma/shared/model/base.ts';
import type { RecordOf } from '@kuluma/shared/model/kinds.ts';
import type { Sample } from '@kuluma/shared/model/sample.ts';
import { isoOf } from '@kuluma/shared/model/views/common.ts';
import type { FastifyReply } from 'fastify';
import type { RecordsWritten, WrittenRecord } from '../ports.ts';
import type { App } from './fastify-app.ts';
import type { HttpDeps } from './http-deps.ts';

/** So often the newest samples are looked for; those between are in the file of the machine's data. */
const pollMs = 2_000;
/** Open at a time, of all listeners and of one: each costs a query at each look. */
const mostStreams = 100;
const mostOfOne = 10;
/** Who reads so slowly that this much waits is cut off. */
const mostWaitingBytes = 64 * 1024;
interface Listening {
  readonly organisationId: Id<'organisation'>;
  /** Who listens, a person, a contact or a grant: of one only so many at a time. */
  readonly listener: string;
  readonly points: readonly RecordOf<'measurementPoint'>[];
  /** From when on samples are the listener's; undefined: none are any more. It is asked anew before each look. */
  readonly sinceMs: () => Promise<number | undefined>;
}

interface Stream {
  readonly listening: Listening;
  look(): void;
  end(): void;
}

/** Whether a change of the record may end what somebody hears: then it is asked at once, and not at the next look. */
const mayEnd = ({ listener }: Listening, { kind, record }: WrittenRecord): boolean => {
  if (kind === 'machineOwnership') return true;
  if (kind === 'session') return [record.personId, record.contactId, record.grantId].some((id) => id === listener);
  return record.id === listener;
};

type Deps = Pick<HttpDeps, 'records' | 'timeSeries' | 'log'>;

/** Sends what is newer than was sent, for as long as it is the listener's. */
const startStream = ({ timeSeries, log }: Deps, raw: ServerResponse, listening: Listening): Stream => {
  const { organisationId, points, sinceMs } = listening;
  const sentMs = new Map<string, number>();
  let looking = false;
  let askedAgain = false;
  const send = async (): Promise<void> => {
    if (raw.writableLength > mostWaitingBytes) return void raw.destroy();
    const fromMs = await sinceMs();
    if (fromMs === undefined) return end();
    const ids = points.map(({ id }) => id);
    const latest = ids.length > 0 ? await timeSeries.latest(organisationId, ids) : new Map<string, Sample>();
    let text = ': still here\n\n';
    for (const { id: pointId, name, unit } of points) {
      const sample = latest.get(pointId);
      // The last sample of before is the one of whoever owned the machine before.
      if (!sample || sample.sampledAtMs < fromMs || sample.sampledAtMs <= (sentMs.get(pointId) ?? -1)) continue;
      sentMs.set(pointId, sample.sampledAtMs);
      const { sampledAtMs, value, quality } = sample;
      text += `event: sample\ndata: ${JSON.stringify({ pointId, name, unit, at: isoOf(sampledAtMs), value, quality })}\n\n`;
    }
    if (!raw.writableEnded) raw.write(text);
  };
  const look = (): void => {
    askedAgain = looking;
    if (looking) return;
    looking = true;
    send()
      .catch((error: unknown) => {
        log.error({ err: error }, 'a stream of machine data ended');
        end();
      })
      .finally(() => {
        looking = false;
        if (askedAgain && !raw.writableEnded) look();
      });
  };
  const timer = setInterval(look, pollMs);
  const end = (): void => {
    clearInterval(timer);
    raw.end();
  };
  look();
  return { listening, look, end };
};

/** Streams of the newest samples (HTML Living Standard, section 9.2: server-sent events). */
export interface LiveSamples {
  /** Whether one more may listen. @throws STORE_UNAVAILABLE */
  checkRoom(listener: string): void;
  open(reply: FastifyReply, listening: Listening): void;
}

export const createLiveSamples = (app: App, deps: Deps): LiveSamples => {
  const streams = new Set<Stream>();
  const hear = ({ organisationId, records }: RecordsWritten): void => {
    for (const { listening, look } of streams)
      if (listening.organisationId === organisationId && records.some((one) => mayEnd(listening, one))) look();
  };
  /** Begun with the first stream: the routes are described without stores too. */
  let unwatch: (() => void) | undefined;
  app.addHook('preClose', async () => {
    unwatch?.();
    for (const { end } of streams) end();
  });
  return {
    checkRoom: (listener) => {
      const own = [...streams].filter(({ listening }) => listening.listener === listener);
      if (streams.size >= mostStreams || own.length >= mostOfOne)
        throw new AppError('STORE_UNAVAILABLE', 'too many listen at once');
    },
    open: (reply, listening) => {
      const headers = reply.getHeaders() as OutgoingHttpHeaders;
      reply.hijack();
      const { raw } = reply;
      raw.writeHead(200, { ...headers, 'content-type': 'text/event-stream; charset=utf-8', 'x-accel-buffering': 'no' });
      // Who left while we looked is told by no event any more.
      if (raw.destroyed || raw.closed) return;
      unwatch ??= deps.records.watch(hear);
      const stream = startStream(deps, raw, listening);
      streams.add(stream);
      raw.on('close', () => {
        streams.delete(stream);
        stream.end();
      });
    },
  };
};
