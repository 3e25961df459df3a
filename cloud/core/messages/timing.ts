import type { MessageChannel } from '@kuluma/shared/model/messages.ts';
import { dayMs, hourMs } from '@kuluma/shared/model/units.ts';
import { instantOf, localDayOf, weekdayOf } from '../calendar/local-time.ts';

/** Parts of a day, by local time; the night is none of them. */
const parts = [
  ['07:00', '10:00'],
  ['10:00', '13:00'],
  ['13:00', '16:00'],
  ['16:00', '20:00'],
] as const;

/** A weekday and part of day by one way: where a letter can fall. */
export type Arm = `${number} ${number} ${MessageChannel}`;

/** One letter that wanted an answer, and whether one came in time. */
export interface Trial {
  readonly arm: Arm;
  readonly isAnswered: boolean;
}

/** Who has not answered by then was not reached at a good time. */
export const answerWithinMs = dayMs;

/** Where an instant falls; undefined at night. */
export const armAt = (atMs: number, timeZone: string, channel: MessageChannel): Arm | undefined => {
  const day = localDayOf(atMs, timeZone);
  const part = parts.findIndex(
    ([from, to]) => atMs >= instantOf(day, from, timeZone) && atMs < instantOf(day, to, timeZone),
  );
  return part < 0 ? undefined : `${weekdayOf(day)} ${part} ${channel}`;
};

/** How many trials what is known of others weighs: a person's own habit shows after about a month of letters. */
const priorTrials = 8;

interface Tally {
  readonly answered: number;
  readonly count: number;
}
const tallyOf = (trials: readonly Trial[], arm?: Arm): Tally => {
  const counted = arm === undefined ? trials : trials.filter((trial) => trial.arm === arm);
  return { answered: counted.filter(({ isAnswered }) => isAnswered).length, count: counted.length };
};
/** Mean of the Beta posterior with a prior of that mean and weight. */
const shrunk = ({ answered, count }: Tally, priorMean: number): number =>
  (answered + priorTrials * priorMean) / (count + priorTrials);

/**
 * How likely a letter in an arm is answered in time: a Beta-Bernoulli model in levels. The segment as a whole (with the
 * flat prior of Laplace) is the prior of its arms, those of the contact's arms; whoever is not known yet is as their segment.
 * Source: Gelman et al., Bayesian Data Analysis (3rd ed.), section 5.3, with the weights of the priors fixed.
 */
export const answerRate = (own: readonly Trial[], segment: readonly Trial[], arm: Arm): number => {
  const all = tallyOf(segment);
  const ofSegment = shrunk(tallyOf(segment, arm), (all.answered + 1) / (all.count + 2));
  return shrunk(tallyOf(own, arm), ofSegment);
};

/** What a day of waiting has to bring, as probability of an answer. */
const costPerDay = 0.05;

/**
 * When to write: the time with the highest expected answer rate less the cost of waiting, of those at which the contact may
 * be written to. Without a time better than the first one, that.
 * @param from the first instant at which the letter could leave
 * @param until the last one
 * @param mayWrite the rules and the person's own hours, which always win
 */
export const bestTime = (args: {
  readonly own: readonly Trial[];
  readonly segment: readonly Trial[];
  readonly channel: MessageChannel;
  readonly timeZone: string;
  readonly fromMs: number;
  readonly untilMs: number;
  readonly mayWrite: (atMs: number) => boolean;
}): number => {
  const { own, segment, channel, timeZone, fromMs, untilMs, mayWrite } = args;
  const rates = new Map<Arm, number>();
  let best: { readonly atMs: number; readonly value: number } | undefined;
  // Parts of a day begin at full hours: a quarter of an hour misses none by more than that.
  for (let atMs = fromMs; atMs <= untilMs; atMs += hourMs / 4) {
    const arm = mayWrite(atMs) ? armAt(atMs, timeZone, channel) : undefined;
    if (arm === undefined) continue;
    const rate = rates.get(arm) ?? answerRate(own, segment, arm);
    rates.set(arm, rate);
    const value = rate - (costPerDay * (atMs - fromMs)) / dayMs;
    if (!best || value > best.value) best = { atMs, value };
  }
  return best?.atMs ?? fromMs;
};
