import type { OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { AppError } from '@kuluma/shared/errors.ts';
import { apiPaths } from '@kuluma/shared/model/api.ts';
import { idOf } from '@kuluma/shared/model/base.ts';
import type { RecordOf } from '@kuluma/shared/model/kinds.ts';
import type { Sample } from '@kuluma/shared/model/sample.ts';
import { isoOf } from '@kuluma/shared/model/views/common.ts';
import { Type } from 'typebox';
import { mayUse } from '../../core/access/principal.ts';
import { createLookup } from '../../pipelines/lookup.ts';
import type { App } from '../fastify-app.ts';
import type { HttpDeps } from '../http-deps.ts';
import { principalOf } from '../plugins/access.ts';
import { findPrincipal } from '../principal.ts';
import { requireMachine, visibleRanges } from '../scope.ts';
import { sessionSecretOf } from '../session-cookie.ts';
import { pathIds } from './route-parts.ts';

/** So often the newest samples are looked for; those between are in the file of the machine's data. */
const pollMs = 2_000;
/** Open at a time, of all listeners: each costs a query at each look. */
const mostStreams = 100;
/** Who reads so slowly that this much waits is cut off. */
const mostWaitingBytes = 64 * 1024;

type Point = RecordOf<'measurementPoint'>;
type Deps = Pick<HttpDeps, 'records' | 'timeSeries' | 'clock' | 'wallNow' | 'log'>;

/**
 * Sends what is newer than was sent.
 * @param sinceMs from when on samples are the listener's; undefined: none are. It is asked anew each time.
 * @returns how to stop
 */
const streamLatest = (
  { timeSeries, log }: Deps,
  raw: ServerResponse,
  points: readonly Point[],
  sinceMs: () => Promise<number | undefined>,
): (() => void) => {
  const sentMs = new Map<string, number>();
  let isLooking = false;
  const look = async (): Promise<void> => {
    if (raw.writableLength > mostWaitingBytes) return void raw.destroy();
    const fromMs = await sinceMs();
    if (fromMs === undefined) return end();
    const [first] = points;
    const latest: ReadonlyMap<string, Sample> = first
      ? await timeSeries.latest(
          first.organisationId,
          points.map(({ id }) => id),
        )
      : new Map();
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
  const tick = (): void => {
    if (isLooking) return;
    isLooking = true;
    look()
      .catch((error: unknown) => {
        log.error({ err: error }, 'a stream of machine data ended');
        end();
      })
      .finally(() => {
        isLooking = false;
      });
  };
  const timer = setInterval(tick, pollMs);
  const end = (): void => {
    clearInterval(timer);
    raw.end();
  };
  tick();
  return end;
};

/** An owner hears the data of their machine as they come (Data Act Article 4(1): continuously and in real time). */
export const registerLiveData = (app: App, deps: HttpDeps): void => {
  const open = new Set<() => void>();
  app.addHook('preClose', async () => {
    for (const end of open) end();
  });
  app.get(
    apiPaths.machineLive(':organisationId', ':machineId'),
    {
      config: { right: 'machine:export' },
      schema: {
        tags: ['machines'],
        summary: 'The newest sample of each point of a machine as it comes: server-sent events',
        params: pathIds({ machineId: idOf('machine') }),
        response: { 200: Type.String() },
      },
    },
    async (request, reply) => {
      const { organisationId, machineId } = request.params;
      const secret = sessionSecretOf(request);
      const theirsSinceMs = async (): Promise<number | undefined> => {
        const principal = secret ? await findPrincipal(deps, secret) : undefined;
        if (!mayUse(principal, 'machine:export') || !principal) return undefined;
        const nowMs = deps.clock.now();
        const ranges = await visibleRanges(createLookup(deps.records, organisationId), principal, machineId, nowMs);
        return ranges.find(({ fromMs, toMs }) => fromMs <= nowMs && nowMs < toMs)?.fromMs;
      };
      await requireMachine(
        createLookup(deps.records, organisationId),
        principalOf(request),
        machineId,
        deps.clock.now(),
      );
      if ((await theirsSinceMs()) === undefined) throw new AppError('NOT_FOUND', 'the machine is not theirs any more');
      if (open.size >= mostStreams) throw new AppError('STORE_UNAVAILABLE', 'too many listen at once');
      const points = await deps.records.list('measurementPoint', organisationId, { where: { machineId } });
      const headers = reply.getHeaders() as OutgoingHttpHeaders;
      reply.hijack();
      const { raw } = reply;
      raw.writeHead(200, { ...headers, 'content-type': 'text/event-stream; charset=utf-8', 'x-accel-buffering': 'no' });
      // Who left while we looked is told by no event any more.
      if (raw.destroyed || raw.closed) return;
      const end = streamLatest(deps, raw, points, theirsSinceMs);
      open.add(end);
      raw.on('close', () => {
        open.delete(end);
        end();
      });
    },
  );
};
