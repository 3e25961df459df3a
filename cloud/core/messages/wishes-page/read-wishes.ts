import { LocalDay, LocalTime, oneOf } from '@kuluma/shared/model/base.ts';
import { digests, messageChannels, messagePurposes } from '@kuluma/shared/model/messages.ts';
import { Type } from 'typebox';
import { instantOf } from '../../calendar/local-time.ts';
import { nothingMore, type Wishes } from '../wishes.ts';

const Wish = oneOf(['no', ...messageChannels]);

/** What the form of the page sends; `''` is a field that was left empty. */
export const WishesForm = Type.Object({
  offers: Wish,
  visits: Wish,
  results: Wish,
  contracts: Wish,
  digest: oneOf(digests),
  pausedUntil: Type.Union([LocalDay, Type.Literal('')]),
  weekday: Type.Array(Type.String({ pattern: '^[1-7]$' }), { maxItems: 7, uniqueItems: true }),
  from: LocalTime,
  to: LocalTime,
  timeZone: Type.String(),
  learnsTiming: Type.Boolean(),
  nothing: Type.Boolean(),
});
export type WishesForm = Type.Static<typeof WishesForm>;

/**
 * What the contact asks for, from what is in force; undefined when a day or a time cannot be meant.
 * @param timeZone theirs, where they chose none
 */
export const readWishes = (
  form: WishesForm,
  now: Wishes,
  timeZone: string,
  timeZones: readonly string[],
): Wishes | undefined => {
  if (form.nothing) return nothingMore(now);
  if (!timeZones.includes(form.timeZone)) return undefined;
  if (form.weekday.length > 0 && form.from >= form.to) return undefined;
  if (form.pausedUntil !== '' && Number.isNaN(Date.parse(form.pausedUntil))) return undefined;
  const weekdays = form.weekday.map(Number);
  return {
    purposes: Object.fromEntries(messagePurposes.map((one) => [one, form[one]])) as Wishes['purposes'],
    // Who leaves it as it was moves along with the machine.
    timeZone: form.timeZone === timeZone ? null : form.timeZone,
    pausedUntilMs: form.pausedUntil === '' ? null : instantOf(form.pausedUntil, '00:00', form.timeZone),
    digest: form.digest,
    hours: weekdays.length === 0 ? null : { weekdays, from: form.from, to: form.to },
    learnsTiming: form.learnsTiming,
  };
};
