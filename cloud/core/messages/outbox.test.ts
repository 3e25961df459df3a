import { freshBase } from '@kuluma/shared/model/base.ts';
import type { Message, MessagePreference } from '@kuluma/shared/model/messages.ts';
import type { Consent } from '@kuluma/shared/model/parties.ts';
import { hourMs, minuteMs } from '@kuluma/shared/model/units.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { contactId, contactPreference, message, nowMs, origin } from './fixtures/messages.ts';
import * as outbox from './outbox.ts';

const rules = { collectMs: 10 * minuteMs, lettersPerDay: 1, quiet: { from: '20:00', to: '07:00' } };
const anytime: outbox.Reach = {
  timeZone: 'Europe/Helsinki',
  pausedUntilMs: null,
  digest: 'asItComes',
  hours: null,
  learnsTiming: false,
};
const due = (messages: Message[], atMs = nowMs, reach: Partial<outbox.Reach> = {}) =>
  outbox.lettersDue(messages, rules, { ...anytime, ...reach }, atMs);

describe('letters', () => {
  it('puts ten offers of one day into one letter', () => {
    const ten = Array.from({ length: 10 }, () => message());
    expect(due(ten).map(({ messages }) => messages.length)).toEqual([10]);
  });

  it('waits until what belongs together is collected', () => {
    const waits = message({ notBeforeMs: outbox.notBefore(message(), rules, nowMs) });
    expect(due([waits])).toEqual([]);
    expect(due([waits], nowMs + rules.collectMs)).toHaveLength(1);
  });

  it('sends no second letter on a day, whatever it is about, and the next day one', () => {
    const sent = message({ state: 'sent', letterId: 'msg_1', sentAtMs: nowMs - hourMs });
    expect(due([sent, message(), message()])).toEqual([]);
    expect(due([sent, message()], nowMs + 24 * hourMs)).toHaveLength(1);
  });

  it('keeps quiet at night in the zone of the contact, but confirms at once what the contact did', () => {
    const nightMs = Date.parse('2026-11-23T18:30:00Z');
    const booked = message({ template: 'booked' });
    expect(due([message(), booked], nightMs)).toEqual([{ contactId, messages: [booked] }]);
    expect(due([message()], Date.parse('2026-11-24T04:59:00Z'))).toEqual([]);
    expect(due([message()], Date.parse('2026-11-24T05:00:00Z'))).toHaveLength(1);
  });

  it('tells what was agreed whatever else went out that day, but not at night, and of safety at once, on record', () => {
    const sent = message({ state: 'sent', letterId: 'msg_1', sentAtMs: nowMs - hourMs });
    const done = message({ template: 'done' });
    const safety = message({ messageClass: 'safetyNotice' });
    expect(due([sent, message(), done, safety]).map(({ messages }) => messages)).toEqual([[safety], [done]]);
    expect(due([done, safety], Date.parse('2026-11-23T18:30:00Z')).map(({ messages }) => messages)).toEqual([[safety]]);
    expect(outbox.attempted(safety, 'email', 'msg_2', nowMs).passReason).toBe('safety');
    expect(outbox.attempted(message(), 'email', 'msg_2', nowMs).passReason).toBeUndefined();
  });

  it('repeats no letter at night that should have gone by day', () => {
    const begun = message({ letterId: 'msg_1', attempts: 1 });
    expect(due([begun], Date.parse('2026-11-23T18:30:00Z'))).toEqual([]);
    expect(due([begun], Date.parse('2026-11-24T05:00:00Z'))).toHaveLength(1);
  });

  it('keeps to the pause and the hours of the contact, in their zone, but for what was agreed', () => {
    const booked = message({ template: 'booked' });
    const paused = { pausedUntilMs: nowMs + 1 };
    expect(due([message(), booked], nowMs, paused).map(({ messages }) => messages)).toEqual([[booked]]);
    expect(due([message()], nowMs + 1, paused)).toHaveLength(1);
    // A Monday, 10:00 in Helsinki and 9:00 in Stockholm.
    const monday = { weekdays: [1], from: '09:00', to: '09:30' };
    expect(due([message()], nowMs, { hours: monday })).toEqual([]);
    expect(due([message()], nowMs, { hours: monday, timeZone: 'Europe/Stockholm' })).toHaveLength(1);
    expect(due([message()], nowMs, { hours: { ...monday, to: '10:30' } })).toHaveLength(1);
    expect(due([message()], nowMs, { hours: { weekdays: [2], from: '00:00', to: '24:00' } })).toEqual([]);
  });

  it('waits for the time that was learnt, while the contact lets us learn', () => {
    const timed = message({ notBeforeMs: nowMs + hourMs, timedForMs: nowMs + hourMs });
    expect(due([timed], nowMs, { learnsTiming: true })).toEqual([]);
    expect(due([timed], nowMs + hourMs, { learnsTiming: true })).toHaveLength(1);
    expect(due([timed], nowMs)).toHaveLength(1);
    const failed = message({ ...timed, attempts: 1, letterId: 'msg_1' });
    expect(due([failed], nowMs)).toEqual([]);
  });

  it.each([
    ['weekly', 7],
    ['monthly', 30],
    ['quarterly', 91],
  ] as const)('puts together what may wait for who wants it %s; what has a deadline takes it along', (digest, days) => {
    const sent = message({ state: 'sent', letterId: 'msg_1', sentAtMs: nowMs - 2 * 24 * hourMs });
    const news = [message({ template: 'allIsWell' }), message({ template: 'satisfaction' })];
    expect(due([sent, ...news], nowMs, { digest })).toEqual([]);
    const early = nowMs + (days - 3) * 24 * hourMs;
    expect(due([sent, ...news], early, { digest })).toEqual([]);
    expect(due([sent, ...news], early + 24 * hourMs + 1, { digest }).map(({ messages }) => messages.length)).toEqual([
      2,
    ]);
    for (const template of ['offer', 'contractReminder'] as const)
      expect(due([sent, ...news, message({ template })], nowMs, { digest })[0]?.messages).toHaveLength(3);
    const safety = message({ template: 'allIsWell', messageClass: 'safetyNotice' });
    expect(due([sent, ...news, safety], nowMs, { digest }).map(({ messages }) => messages)).toEqual([[safety]]);
    expect(outbox.historyMs).toBeGreaterThan(days * 24 * hourMs);
  });

  it('repeats a letter as it was: with the same messages under the same id, and nothing new in it', () => {
    const [a, b] = [message({ letterId: 'msg_1', attempts: 1 }), message({ letterId: 'msg_1', attempts: 1 })];
    const fresh = message();
    expect(due([a, fresh, b]).map(({ messages }) => messages)).toEqual([[a, b], [fresh]]);
    expect(outbox.attempted(a, 'email', 'msg_2', nowMs)).toMatchObject({
      letterId: 'msg_1',
      attempts: 2,
      state: 'sending',
    });
  });
});

describe('an attempt', () => {
  const begun = outbox.attempted(message(), 'email', 'msg_1', nowMs);

  it('that the server did not take is repeated later, one that it refused is not', () => {
    expect(outbox.failed(begun, 'transient', 'MESSAGE_UNAVAILABLE', nowMs)).toMatchObject({
      state: 'waiting',
      notBeforeMs: nowMs + minuteMs,
      isAmbiguous: false,
    });
    expect(outbox.failed(begun, 'permanent', 'MESSAGE_REFUSED', nowMs)).toMatchObject({ state: 'failed' });
  });

  it('whose answer was lost is repeated and stays marked as such', () => {
    const again = outbox.failed(begun, 'ambiguous', 'MESSAGE_UNKNOWN', nowMs);
    expect(again).toMatchObject({ state: 'waiting', isAmbiguous: true });
    expect(outbox.sent(outbox.attempted(again, 'email', 'x', nowMs), nowMs)).toMatchObject({
      state: 'sent',
      isAmbiguous: true,
    });
  });

  const fail = (retry: 'transient' | 'ambiguous', times: number): Message => {
    let one = message();
    for (let n = 0; n < times && one.state === 'waiting'; n++)
      one = outbox.failed(outbox.attempted(one, 'email', 'msg_1', one.notBeforeMs), retry, 'code', one.notBeforeMs);
    return one;
  };

  it('is repeated at growing waits as long as the server is away', () => {
    const waits = [1, 2, 3, 4, 5].map((n) => fail('transient', n).notBeforeMs - fail('transient', n - 1).notBeforeMs);
    expect(waits.map((ms) => ms / minuteMs)).toEqual([1, 5, 15, 60, 60]);
    expect(fail('transient', 100).state).toBe('waiting');
  });

  it('is given up when its letter may have arrived five times', () => {
    expect(fail('ambiguous', 100)).toMatchObject({ state: 'failed', attempts: 5 });
  });
});

describe('permission', () => {
  const consents: Consent[] = [
    {
      ...freshBase('consent', origin),
      contactId,
      messageClass: 'serviceNotice',
      legalBasis: 'contract',
      period: { fromMs: 0, toMs: null },
    },
  ];
  const stop = (messageClass: Message['messageClass']) => contactPreference({ messageClass, stoppedFromMs: nowMs });
  const ask = (one: Message, preferences: MessagePreference[] = [], given = consents) =>
    outbox.permissionNow(one, { consents: given, preferences, nowMs });

  it('is asked again when the letter leaves', () => {
    expect(ask(message())).toEqual({ legalBasis: 'contract' });
    expect(ask(message(), [], [])).toBe('noLegalBasis');
    expect(ask(message(), [stop('serviceNotice')])).toBe('stopped');
  });

  it('lets a safety notice pass a stop', () => {
    const safety: Consent[] = consents.map((one) => ({ ...one, messageClass: 'safetyNotice' }));
    const preferences = [stop('safetyNotice')];
    expect(ask(message({ messageClass: 'safetyNotice' }), preferences, safety)).toEqual({ legalBasis: 'contract' });
  });
});

it('never writes more letters a day than allowed, whatever waits and whenever it looks', () => {
  const minutes = fc.integer({ min: 0, max: 3 * 24 * 60 });
  fc.assert(
    fc.property(fc.array(minutes, { maxLength: 40 }), fc.integer({ min: 1, max: 3 }), (arrivals, lettersPerDay) => {
      let messages = arrivals.map((at) => message({ notBeforeMs: nowMs + at * minuteMs }));
      const letters: number[] = [];
      for (let atMs = nowMs; atMs < nowMs + 5 * 24 * hourMs; atMs += 30 * minuteMs)
        for (const letter of outbox.lettersDue(messages, { ...rules, lettersPerDay }, anytime, atMs)) {
          letters.push(atMs);
          const ids = new Set(letter.messages.map(({ id }) => id));
          messages = messages.map((one) =>
            ids.has(one.id) ? outbox.sent(outbox.attempted(one, 'email', `letter ${letters.length}`, atMs), atMs) : one,
          );
        }
      const byDay = Map.groupBy(letters, (atMs) => new Date(atMs + 2 * hourMs).toISOString().slice(0, 10));
      expect(Math.max(0, ...[...byDay.values()].map(({ length }) => length))).toBeLessThanOrEqual(lettersPerDay);
      expect(messages.filter(({ state }) => state === 'waiting')).toEqual([]);
    }),
    { seed: 5, numRuns: 60 },
  );
});
