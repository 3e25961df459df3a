import type { TraceTrail } from '../../ports.ts';
import type { Query } from './database.ts';

/** In which trace the newest data of an organisation were stored, for all processes. */
export const createTraceTrail = (query: Query): TraceTrail => ({
  async note(organisationId, traceparent) {
    await query(
      `insert into public.kuluma_trace values ($1, $2)
        on conflict (organisation_id) do update set traceparent = excluded.traceparent`,
      [organisationId, traceparent],
    );
  },
  async last(organisationId) {
    const { rows } = await query('select traceparent from public.kuluma_trace where organisation_id = $1', [
      organisationId,
    ]);
    return rows[0] && String(rows[0]['traceparent']);
  },
});
