import type { ContractWorth, Covers } from '@kuluma/shared/model/agreements.ts';
import type { LocalText } from '@kuluma/shared/model/base.ts';
import { type MessageValues, midSentence } from '@kuluma/shared/model/catalogue.ts';
import { calendarDay } from '@kuluma/shared/model/format.ts';
import type { Payer } from '@kuluma/shared/model/money.ts';
import { dayMs, hourMs } from '@kuluma/shared/model/units.ts';
import type { MessageWords } from './words.ts';

interface Work {
  readonly machineTag: string;
  readonly siteName: string;
  /** Of the site; times are told in it. */
  readonly timeZone: string;
  readonly componentName: LocalText;
}

/** When a technician comes, as promised. */
export interface Arrival {
  readonly arrivalFromMs: number;
  readonly arrivalToMs: number;
}

export interface OfferFacts extends Work {
  readonly template: 'offer' | 'offerReminder';
  readonly action: 'replace' | 'inspect';
  readonly durationMin: number;
  readonly slots: readonly Arrival[];
  readonly grossCents: number;
  /** What an agreement pays in the owner's place, each kind of lines once. */
  readonly covered: readonly { readonly payer: Payer; readonly kinds: readonly Covers[number][] }[];
  readonly validUntilMs: number;
}

/** Of a visit at its time. */
export interface AppointmentFacts extends Work, Arrival {
  readonly template: 'booked' | 'changed' | 'cancelled' | 'notNeeded' | 'dayReminder' | 'hourReminder';
  readonly visitId: string;
  readonly visitVersion: number;
  readonly endMs: number;
  readonly address: string;
  /** The service company, in whose name the time was agreed. */
  readonly organizer: { readonly name: string; readonly email: string };
}

interface OnTheWayFacts extends Work {
  readonly template: 'onTheWay';
  readonly technicianName: string;
  /** When the technician is expected at the machine. */
  readonly expectedMs: number;
}

interface Afterwards extends Work {
  readonly closedAtMs: number;
  readonly minutes: number;
}

interface ResultFacts extends Afterwards {
  readonly template: 'done' | 'allIsWell';
}

/** A question, which is answered on its page. */
interface QuestionFacts extends Afterwards {
  readonly template: 'satisfaction';
}

/** What somebody of the company said in a case since its owner last wrote. */
export interface CaseFacts {
  readonly template: 'caseAnswer';
  readonly personName: string;
  readonly text: string;
}

/** A contract that is offered, or was made; amounts with VAT, days of the calendar. */
export interface ContractFacts {
  readonly template: 'contractOffer' | 'contractReminder' | 'contractMade';
  readonly machineTag: string;
  readonly siteName: string;
  readonly warrantyUntilOn: string;
  readonly fromOn: string;
  readonly untilOn: string;
  readonly covers: Covers;
  readonly monthlyGrossCents: number;
  readonly visitGrossCents: number;
  readonly worth: Pick<ContractWorth, 'visits' | 'without' | 'with' | 'saving' | 'savingProbability'>;
}

/** A contract that ends and that no other follows; a day of the calendar. */
export interface ContractEndFacts {
  readonly template: 'contractEnds';
  readonly machineTag: string;
  readonly siteName: string;
  readonly number: string;
  readonly untilOn: string;
}

/** The facts of one message; every number in its words is one of these. */
export type MessageFacts =
  | OfferFacts
  | AppointmentFacts
  | OnTheWayFacts
  | ResultFacts
  | QuestionFacts
  | CaseFacts
  | ContractFacts
  | ContractEndFacts;
/** What a text message can say. */
export type SmsFacts = Exclude<MessageFacts, QuestionFacts | CaseFacts | ContractFacts | ContractEndFacts>;

export const fitsSms = (facts: MessageFacts): facts is SmsFacts =>
  facts.template !== 'satisfaction' &&
  facts.template !== 'caseAnswer' &&
  facts.template !== 'contractEnds' &&
  !isContract(facts);

export const isContract = (facts: MessageFacts): facts is ContractFacts =>
  facts.template === 'contractOffer' || facts.template === 'contractReminder' || facts.template === 'contractMade';

export const isOffer = (facts: MessageFacts): facts is OfferFacts =>
  facts.template === 'offer' || facts.template === 'offerReminder';

/** What the words of a message are filled with; `dayOf` says a day as the letter or the text message says it. */
export const valuesOf = (
  words: MessageWords,
  facts: MessageFacts,
  dayOf: (ms: number, timeZone: string) => string = words.day,
): MessageValues => {
  if (facts.template === 'caseAnswer') return { name: facts.personName, text: facts.text };
  if (facts.template === 'contractEnds')
    return {
      ...{ machine: facts.machineTag, site: facts.siteName, number: facts.number },
      untilDay: calendarDay(words, facts.untilOn),
    };
  if (isContract(facts)) return contractValues(words, facts);
  const { machineTag: machine, siteName: site, timeZone } = facts;
  const work = { machine, site, component: midSentence(words.own(facts.componentName)) };
  switch (facts.template) {
    case 'offer':
    case 'offerReminder':
      return {
        ...work,
        duration: facts.durationMin,
        price: words.money(facts.grossCents),
        day: dayOf(facts.validUntilMs, timeZone),
        time: words.time(facts.validUntilMs, timeZone),
      };
    case 'onTheWay':
      return { ...work, technician: facts.technicianName, time: words.time(facts.expectedMs, timeZone) };
    case 'done':
    case 'allIsWell':
    case 'satisfaction':
      return { ...work, minutes: facts.minutes, day: dayOf(facts.closedAtMs, timeZone) };
    default:
      return { ...work, ...arrivalValues(words, facts, timeZone, dayOf) };
  }
};

const contractValues = (words: MessageWords, facts: ContractFacts): MessageValues => {
  const { machineTag: machine, siteName: site, worth } = facts;
  return {
    ...{ machine, site },
    warrantyDay: calendarDay(words, facts.warrantyUntilOn),
    fromDay: calendarDay(words, facts.fromOn),
    untilDay: calendarDay(words, facts.untilOn),
    what: facts.covers.map((kind) => words.t(`cover.${kind}`)).join(', '),
    month: words.money(facts.monthlyGrossCents),
    visit: words.money(facts.visitGrossCents),
    visits: words.number(worth.visits, 1),
    without: words.roughMoney(worth.without.meanCents),
    with: words.roughMoney(worth.with.meanCents),
    saving: words.roughMoney(worth.saving.meanCents),
    probability: words.percent(worth.savingProbability),
  };
};

export const arrivalValues = (
  words: MessageWords,
  { arrivalFromMs, arrivalToMs }: Arrival,
  timeZone: string,
  dayOf: (ms: number, timeZone: string) => string = words.day,
) => ({
  day: dayOf(arrivalFromMs, timeZone),
  window: words.timeRange(arrivalFromMs, arrivalToMs, timeZone),
});

/** Before a visit, reminders are of use so long. */
const leastAheadMs = { dayReminder: 12 * hourMs, hourReminder: 0 } as const;

/** Whether the message comes too late to be of use: it is left out then. */
export const isTooLate = (facts: MessageFacts, nowMs: number): boolean => {
  // Two days after its beginning in UTC a day of the calendar is over everywhere.
  if (facts.template === 'contractEnds') return nowMs >= Date.parse(facts.untilOn) + 2 * dayMs;
  return (
    (facts.template === 'dayReminder' || facts.template === 'hourReminder') &&
    nowMs >= facts.arrivalFromMs - leastAheadMs[facts.template]
  );
};
