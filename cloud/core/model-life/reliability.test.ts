import { describe, expect, it } from 'vitest';
import { pilotReport, standardCriteria } from './pilot.ts';
import { releaseOf, reliabilityOf, type ScoreSource } from './reliability.ts';
import { countInto, emptyBins } from './score-life.ts';

type Life = NonNullable<ScoreSource['life']>;

const source = (n: number, life: Partial<Life> = {}, said: readonly (readonly [number, 0 | 1])[] = []): ScoreSource => {
  const bins = emptyBins();
  for (const [probability, failed] of said) countInto(bins, probability, failed);
  return {
    machine: `m${n}`,
    horizons: [{ horizon: 28, bins }],
    life: {
      endedBy: 'failure',
      inside80: 8,
      outside80: 2,
      inside90: 9,
      outside90: 1,
      alert: 'caught',
      lead: 20 + n,
      ...life,
    },
  };
};
const many = (count: number, life: (n: number) => Partial<Life> = () => ({})): ScoreSource[] =>
  Array.from({ length: count }, (_, n) => source(n, life(n)));

describe('reliability', () => {
  it('says what was said against what happened, with counts and intervals', () => {
    const said = [
      [0.12, 0],
      [0.18, 1],
      [0.95, 1],
    ] as const;
    const { horizons, machines, lives } = reliabilityOf([source(1, {}, said), source(2, {}, said)]);
    expect({ machines, lives }).toEqual({ machines: 2, lives: 2 });
    expect(horizons[0]?.bins.map(({ said, forecasts, happened }) => [said, forecasts, happened.value])).toEqual([
      [0.15, 4, 0.5],
      [0.95, 2, 1],
    ]);
    expect(horizons[0]?.bins[0]?.happened).toMatchObject({ n: 2 });
    expect(horizons[0]?.bins[0]?.happened.low).toBeLessThan(0.2);
  });

  it('weighs every life the same in the coverage', () => {
    const sources = [source(1), source(2, { inside80: 1000, outside80: 0 }), source(3, { inside80: 0, outside80: 0 })];
    expect(reliabilityOf(sources).coverage80).toMatchObject({ value: 0.9, n: 2 });
  });

  it('counts alerts that were right, failures that were announced, and the lead', () => {
    const sources = [
      ...many(6),
      source(7, { alert: 'falseAlarm', endedBy: 'replacement', lead: null }),
      source(8, { alert: 'missed', lead: null }),
      source(9, { alert: 'caught', endedBy: 'replacement', lead: null }),
      source(10, { alert: 'quiet', endedBy: 'replacement', lead: null }),
    ];
    const { alertPrecision, alertRecall, lead } = reliabilityOf(sources);
    expect(alertPrecision).toMatchObject({ value: 7 / 8, n: 8 });
    expect(alertRecall).toMatchObject({ value: 7 / 8, n: 8 });
    expect(lead).toEqual({ low: 20, median: 23, high: 25, n: 6 });
  });

  it('is empty of nothing', () => {
    expect(reliabilityOf([])).toMatchObject({ coverage80: null, alertPrecision: null, lead: null, horizons: [] });
  });
});

describe('the release of a component', () => {
  const releaseAt = (right: number, of: number) =>
    releaseOf(reliabilityOf(many(of, (n) => (n < right ? {} : { alert: 'missed', lead: null }))));

  it('is advisory below the floor and says when too little was measured', () => {
    expect([releaseAt(9, 10), releaseAt(7, 10), releaseAt(6, 10), releaseAt(3, 4)]).toEqual([
      'target',
      'released',
      'advisory',
      'unmeasured',
    ]);
  });
});

describe('the exit report of a pilot', () => {
  const report = (days: number, sources: readonly ScoreSource[]) =>
    pilotReport({
      criteria: standardCriteria,
      reliability: reliabilityOf(sources),
      sinceMs: 0,
      nowMs: days * 86_400_000,
    });

  it('waits for time and failures, then says go or no-go', () => {
    expect(report(30, many(10)).verdict).toBe('notYet');
    expect(report(120, many(3)).verdict).toBe('notYet');
    expect(report(120, many(10)).verdict).toBe('go');
    expect(
      report(
        120,
        many(10, (n) => (n < 5 ? {} : { alert: 'missed' })),
      ).verdict,
    ).toBe('noGo');
  });

  it('shows every criterion with what was measured', () => {
    const { lines } = report(
      120,
      many(10, () => ({ inside80: 1, outside80: 9 })),
    );
    expect(lines.map(({ criterion, met }) => [criterion, met])).toEqual([
      ['leastDays', true],
      ['leastFailures', true],
      ['alertPrecision', true],
      ['alertRecall', true],
      ['coverage80', false],
    ]);
  });
});
