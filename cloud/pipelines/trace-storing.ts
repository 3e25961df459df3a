import type { TimeSeriesStore, TraceTrail, Tracing } from '../ports.ts';

/** Who forecasts looks at minutes and hours: more often is of no use. */
const noteEveryMs = 10_000;

/** The same store, each write of which is a span; the trail leads from the newest of an organisation to its forecasts. */
export const traceStoring = (
  timeSeries: TimeSeriesStore,
  tracing: Tracing,
  trail: TraceTrail,
  monotonicMs: () => number,
): TimeSeriesStore => {
  const notedMs = new Map<string, number>();
  const note = (organisationIds: ReadonlySet<string>, traceparent: string): void => {
    for (const organisationId of organisationIds) {
      if (monotonicMs() - (notedMs.get(organisationId) ?? Number.NEGATIVE_INFINITY) < noteEveryMs) continue;
      notedMs.set(organisationId, monotonicMs());
      // Samples are stored also while the records are away: then one trace leads to no forecast.
      trail.note(organisationId, traceparent).catch(() => {});
    }
  };
  const traced: Pick<TimeSeriesStore, 'write'> = {
    write: (batches) => {
      const gateways = new Set(batches.map(({ key }) => key.gatewayId));
      const about = {
        'kuluma.batches': batches.length,
        'kuluma.gateways': gateways.size,
        'kuluma.gateway.id': batches[0]?.key.gatewayId ?? '',
      };
      return tracing.span('store batches', about, undefined, async (traceparent) => {
        const written = await timeSeries.write(batches);
        if (traceparent) note(new Set(batches.map(({ organisationId }) => organisationId)), traceparent);
        return written;
      });
    },
  };
  return new Proxy(timeSeries, {
    get(store, key) {
      if (key === 'write') return traced.write;
      const value: unknown = Reflect.get(store, key, store);
      return typeof value === 'function' ? value.bind(store) : value;
    },
  });
};
