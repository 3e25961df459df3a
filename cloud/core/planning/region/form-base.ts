import { closed, LocalTime } from '@kuluma/shared/model/base.ts';
import { type TProperties, Type } from 'typebox';

/** A record of the form: unknown keys are faults. */
export const form = <P extends TProperties>(fields: P) => Type.Object(fields, closed);

/** How the writer of the form names a thing; unique among its kind. */
export const Name = Type.String({ minLength: 1 });

export const Time = LocalTime;

/** An instant, ISO 8601 with `Z` or the distance to UTC. */
export const At = Type.String({
  pattern: '^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}(:\\d{2}(\\.\\d{1,3})?)?(Z|[+-]\\d{2}:\\d{2})$',
});
