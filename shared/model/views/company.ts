import { type Static, Type } from 'typebox';
import { closed, orNull, TimeZone } from '../base.ts';
import { TrafficHours } from '../calendar.ts';
import { idempotencyKey } from '../idempotency-key.ts';
import { ChangeCutOff, LooksPerWeek, ServiceDesk } from '../parties.ts';
import { SetUpChangeView } from './set-up.ts';

const Company = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 200 }),
    /** Null: owners are told the person who approved their offer, or any planner. */
    serviceDesk: orNull(ServiceDesk),
    changeCutOff: ChangeCutOff,
    traffic: Type.Array(TrafficHours, { maxItems: 100 }),
    /** Null: as many as the size of the fleet and what past looks found make worth their while. */
    looksPerWeek: orNull(LooksPerWeek),
  },
  closed,
);
export type Company = Static<typeof Company>;

/** What holds for the whole company. */
export const CompanyView = Type.Object(
  {
    version: Type.Integer({ minimum: 1 }),
    timeZone: TimeZone,
    company: Company,
    /** Newest first. */
    changes: Type.Array(SetUpChangeView),
  },
  closed,
);
export type CompanyView = Static<typeof CompanyView>;

/** POST, with the version that was seen in `If-Match`. */
export const SetCompanyCommand = Type.Object({ idempotencyKey, entry: Company }, closed);
