import { type Static, Type } from 'typebox';
import { closed, defineRecord, Instant, idOf, oneOf, orNull } from './base.ts';

/** Where a browser's push service takes messages for it, and the keys that only the browser can open them with (RFC 8291). */
export const PushAddress = Type.Object(
  {
    endpoint: Type.String({ pattern: '^https?://', maxLength: 1_000 }),
    /** Base64url: a point of P-256, and 16 bytes. */
    p256dh: Type.String({ pattern: '^[A-Za-z0-9_-]{87}$' }),
    auth: Type.String({ pattern: '^[A-Za-z0-9_-]{22}$' }),
  },
  closed,
);
export type PushAddress = Static<typeof PushAddress>;

/** A phone that wants to hear when its technician's day changes. Personal data. */
export const PushSubscription = defineRecord('pushSubscription', {
  personId: idOf('person'),
  technicianId: idOf('technician'),
  ...PushAddress.properties,
  /** The browser by its own word. */
  device: Type.String({ maxLength: 300 }),
  /** Of the sign-in on that phone: with its last session the phone hears no more; wall time. */
  signedInAtMs: Instant,
  /** Over by then at the latest; wall time. */
  expiresAtMs: Instant,
});
export type PushSubscription = Static<typeof PushSubscription>;

/** A visit as its technician knows it. */
export const ToldVisit = Type.Object({ visitId: idOf('visit'), arrivalFromMs: Instant, arrivalToMs: Instant }, closed);
export type ToldVisit = Static<typeof ToldVisit>;

/** What a technician with such a phone was told last; the plan is compared with it. */
export const ToldDay = defineRecord('toldDay', {
  technicianId: idOf('technician'),
  visits: Type.Array(ToldVisit),
  /** Since when the plan differs; null while it does not. */
  changedSinceMs: orNull(Instant),
});
export type ToldDay = Static<typeof ToldDay>;

export const dayChangeKinds = ['added', 'moved', 'cancelled'] as const;

/** `arrivalFromMs` and `arrivalToMs` as they are now, of a visit that is off as they were. */
export const DayChange = Type.Object({ kind: oneOf(dayChangeKinds), ...ToldVisit.properties }, closed);
export type DayChange = Static<typeof DayChange>;

/** What became of a part that the technician asked for; how many of it are in the van since. */
export const PartNews = Type.Object(
  { partRequestId: idOf('partRequest'), kind: oneOf(['handedOver', 'refused']), handedOver: Type.Integer() },
  closed,
);
export type PartNews = Static<typeof PartNews>;

/** That a day has changed, or what became of a part, on its way to one phone. It holds ids only. */
export const PushNotice = defineRecord('pushNotice', {
  pushSubscriptionId: idOf('pushSubscription'),
  technicianId: idOf('technician'),
  /** Of the day; none where it tells of a part. */
  changes: Type.Array(DayChange),
  part: Type.Optional(PartNews),
  state: oneOf(['waiting', 'sent', 'failed', 'cancelled']),
  notBeforeMs: Instant,
  attempts: Type.Integer({ minimum: 0 }),
  /** Why the last attempt failed, or why it was cancelled; a code. */
  reason: orNull(Type.String()),
  sentAtMs: orNull(Instant),
});
export type PushNotice = Static<typeof PushNotice>;
