import { seededRandom } from '@kuluma/shared/clock.ts';
import type { ContractWorth } from '@kuluma/shared/model/agreements.ts';
import { priceKinds } from '@kuluma/shared/model/money.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { beliefOf, type ComponentOutlook, type ContractTerms, reckonContract } from './contract-worth.ts';

const lines = [
  { kind: 'labour', grossCents: 20_000, useProbability: 1 },
  { kind: 'callOut', grossCents: 8_000, useProbability: 1 },
  { kind: 'part', grossCents: 30_000, useProbability: 0.5 },
] as const;
const outlookOf = (changes: Partial<ComponentOutlook> = {}): ComponentOutlook => ({
  lines,
  curve: [],
  own: { events: 2, years: 2 },
  others: { events: 0, years: 0 },
  ...changes,
});
const termsOf = (changes: Partial<ContractTerms> = {}): ContractTerms => ({
  covers: ['labour', 'callOut', 'part'],
  monthlyGrossCents: 2_000,
  visitGrossCents: 0,
  months: 12,
  fromDays: 90,
  untilDays: 455,
  ...changes,
});
const worthOf = (outlooks: readonly ComponentOutlook[], terms = termsOf()): ContractWorth =>
  reckonContract(outlooks, terms, seededRandom(1));

const anyOutlook = fc.record({
  own: fc.record({ events: fc.integer({ min: 0, max: 12 }), years: fc.double({ min: 1, max: 20, noNaN: true }) }),
  others: fc.record({ events: fc.integer({ min: 0, max: 50 }), years: fc.double({ min: 0, max: 50, noNaN: true }) }),
});
const anyTerms = fc.record({
  covers: fc.subarray([...priceKinds]),
  monthlyGrossCents: fc.integer({ min: 0, max: 50_000 }),
  visitGrossCents: fc.integer({ min: 0, max: 50_000 }),
});
const few = { numRuns: 12 };

describe('what a contract is worth', () => {
  it('is the visits that it pays less what it asks, as often as the own machines needed them', () => {
    // 2.5 events in 2 years by the prior of Jeffreys, 430 EUR each.
    const { visits, without, with: withIt, saving, verdict } = worthOf([outlookOf()]);
    expect(visits).toBeCloseTo(1.25, 1);
    expect(without.meanCents / 43_000).toBeCloseTo(1.25, 1);
    expect(withIt).toEqual({ meanCents: 24_000, p10Cents: 24_000, p90Cents: 24_000 });
    expect(saving.meanCents).toBeGreaterThan(0);
    expect(verdict).toBe('worth');
  });

  it('is said to be nothing where it costs more than it pays', () => {
    const { verdict, saving, savingProbability } = worthOf([outlookOf({ own: { events: 0, years: 6 } })]);
    expect(verdict).toBe('notWorth');
    expect(saving.meanCents).toBeLessThan(0);
    expect(savingProbability).toBeLessThan(0.2);
  });

  it('is not said before a machine year was seen', () => {
    const short = { own: { events: 3, years: 0.4 }, others: { events: 0, years: 0.5 } };
    expect(worthOf([outlookOf(short)]).verdict).toBe('unknown');
    expect(worthOf([]).verdict).toBe('unknown');
    // As on the day on which a fleet was set up.
    const justSetUp = { own: { events: 0, years: 1e-9 }, others: { events: 0, years: 0 } };
    expect(worthOf([outlookOf(justSetUp)])).toMatchObject({ verdict: 'unknown', visits: 0, breakEvenMonthlyCents: 0 });
  });

  it('takes what little was seen elsewhere for as much as it is', () => {
    const belief = beliefOf({ own: { events: 0, years: 0.01 }, others: { events: 0, years: 0.99 } });
    expect(belief).toEqual({ shape: 0.5, years: 1 });
    const calm = { own: { events: 0, years: 0.01 }, others: { events: 0, years: 0.99 } };
    expect(worthOf([outlookOf(calm)]).visits).toBeLessThan(1);
  });

  it('counts a failure that is forecast for its time, and none that comes under the warranty', () => {
    const calm = { own: { events: 0, years: 20 } };
    const certainAt = (x: number) => [
      { x: 0, y: 0 },
      { x: x - 1, y: 0 },
      { x, y: 1 },
    ];
    const during = worthOf([outlookOf({ ...calm, curve: certainAt(200) })]);
    const before = worthOf([outlookOf({ ...calm, curve: certainAt(30) })]);
    expect(during.visits).toBeGreaterThan(0.98);
    expect(before.visits).toBeLessThan(0.1);
  });

  it('leads by own history: what others saw counts as one machine year', () => {
    const belief = beliefOf({ own: { events: 0, years: 9 }, others: { events: 1000, years: 1000 } });
    expect(belief.shape / belief.years).toBeCloseTo(0.1, 2);
  });

  it('falls with each price, by just as much a month, and grows with what is covered', () => {
    fc.assert(
      fc.property(anyOutlook, anyTerms, fc.integer({ min: 1, max: 9_000 }), (known, given, more) => {
        const [outlooks, terms] = [[outlookOf(known)], termsOf(given)];
        const plain = worthOf(outlooks, terms).saving.meanCents;
        const dearer = worthOf(outlooks, { ...terms, monthlyGrossCents: terms.monthlyGrossCents + more });
        expect(Math.abs(plain - dearer.saving.meanCents - 12 * more)).toBeLessThanOrEqual(1);
        const byVisit = worthOf(outlooks, { ...terms, visitGrossCents: terms.visitGrossCents + more });
        expect(byVisit.saving.meanCents).toBeLessThanOrEqual(plain);
        expect(worthOf(outlooks, { ...terms, covers: [...priceKinds] }).saving.meanCents).toBeGreaterThanOrEqual(plain);
      }),
      few,
    );
  });

  it('is cost without less cost with, in every mean, and nothing is worth it that covers nothing', () => {
    fc.assert(
      fc.property(anyOutlook, anyTerms, (known, given) => {
        const { without, with: withIt, saving, savingProbability } = worthOf([outlookOf(known)], termsOf(given));
        expect(Math.abs(without.meanCents - withIt.meanCents - saving.meanCents)).toBeLessThanOrEqual(2);
        expect(saving.p10Cents).toBeLessThanOrEqual(saving.p90Cents);
        expect(savingProbability).toBeGreaterThanOrEqual(0);
        expect(worthOf([outlookOf(known)], termsOf({ ...given, covers: [] })).verdict).toBe('notWorth');
      }),
      few,
    );
  });

  it('is worth it just below its break-even price and not just above it', () => {
    fc.assert(
      fc.property(anyOutlook, (known) => {
        const outlooks = [outlookOf(known)];
        const { breakEvenMonthlyCents: even } = worthOf(outlooks);
        fc.pre(even > 2_000);
        expect(worthOf(outlooks, termsOf({ monthlyGrossCents: even + 1 })).verdict).toBe('notWorth');
        expect(worthOf(outlooks, termsOf({ monthlyGrossCents: Math.round(even * 0.5) })).verdict).toBe('worth');
      }),
      few,
    );
  });

  it('is the same for the same facts', () => {
    expect(worthOf([outlookOf()])).toEqual(worthOf([outlookOf()]));
  });
});
