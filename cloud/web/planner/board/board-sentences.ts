import { midSentence } from '@kuluma/shared/model/catalogue.ts';
import { readableName } from '@kuluma/shared/model/sentences.ts';
import type {
  BoardConflict,
  BoardCost,
  BoardDiffView,
  BoardStepView,
  BoardView,
} from '@kuluma/shared/model/views/board.ts';
import { momentText } from '../../parts/sentences.ts';
import type { Words } from '../../parts/words.ts';
import type { BoardEntry, BoardWork } from './board-entries.ts';

/** `+38 €`, `−12 €`, `±0 €`: with its sign, because what counts is the difference. */
export const signedMoney = (words: Words, cents: number): string => {
  const euros = words.roughMoney(Math.abs(cents));
  if (Math.abs(cents) < 50) return `±${words.roughMoney(0)}`;
  return cents > 0 ? `+${euros}` : `−${euros}`;
};

/** The terms that matter: at least a euro, the largest first. */
export const mainTerms = ({ costTerms }: BoardCost, count: number): [string, number][] =>
  Object.entries(costTerms)
    .filter(([, cents]) => Math.abs(cents) >= 50)
    .sort(([, a], [, b]) => Math.abs(b) - Math.abs(a))
    .slice(0, count);

export const termName = (words: Words, term: string): string => words.coded('costTerm', term, readableName(term));

/** `+52 €: risk of waiting +38 €, driving +14 €`. */
export const differenceText = (words: Words, difference: BoardCost): string => {
  const terms = mainTerms(difference, 2).map(([term, cents]) =>
    words.t('board.price.term', { term: midSentence(termName(words, term)), amount: signedMoney(words, cents) }),
  );
  const total = signedMoney(words, difference.costCents);
  return terms.length > 0 ? words.t('board.price.terms', { total, terms: terms.join(', ') }) : total;
};

/** The same with what is driven more or less, from a kilometre on. */
export const quoteText = (words: Words, difference: BoardCost, addedKm: number | null): string => {
  const price = differenceText(words, difference);
  const km = Math.round(addedKm ?? 0);
  if (km === 0) return price;
  return words.t('board.price.km', { price, km: `${km > 0 ? '+' : '−'}${words.number(Math.abs(km))}` });
};

/** What speaks against a place, in a sentence with its facts. */
export const conflictText = (words: Words, { code, facts }: BoardConflict, timeZone: string): string => {
  const fact = (name: string): string => {
    const value = facts[name];
    if (value === undefined) return '–';
    if (typeof value === 'number') return words.number(value);
    if (name.endsWith('At')) return momentText(words, value, timeZone);
    if (name.endsWith('On')) return words.day(Date.parse(`${value}T12:00:00Z`), 'UTC');
    return words.coded('skill', value, readableName(value));
  };
  // A fact that is not known leaves the sentence without it.
  const has = (name: string): string => (facts[name] === undefined ? 'no' : 'yes');
  const hours = (): string => {
    if (facts['earlyMin'] !== undefined) return 'early';
    return facts['lateMin'] === undefined ? 'other' : 'late';
  };
  return words.t(`board.conflict.${code}`, {
    skill: fact('skill'),
    level: fact('level'),
    certificate: fact('certificate'),
    tool: fact('tool'),
    area: fact('area'),
    kind: hours(),
    minutes: fact({ early: 'earlyMin', late: 'lateMin' }[hours()] ?? 'overtimeMin'),
    ready: fact('readyAt'),
    hasReady: has('readyAt'),
    isChosen: has('technicianId'),
    due: fact('dueOn'),
    from: fact('fromAt'),
    to: fact('toAt'),
    hasTimes: has('fromAt'),
  });
};

export const workText = (words: Words, work: BoardWork): string =>
  words.t(`work.${work.action}`, {
    component: midSentence(words.own(work.componentName)),
    machine: work.machine.tag,
  });

/** Day and hours of an entry, in the zone of the board. */
export const timesText = (words: Words, entry: { fromMs: number; toMs: number }, timeZone: string): string =>
  words.t('time.at', {
    day: words.day(entry.fromMs, timeZone),
    time: words.timeRange(entry.fromMs, entry.toMs, timeZone),
  });

/** What a bar says to those who hear it: machine, site, time, state and what is wrong. */
export const entryText = (words: Words, entry: BoardEntry, timeZone: string): string => {
  const { visit } = entry;
  const marks = [
    ...(visit?.state === 'held' ? [words.t('board.badge.held')] : []),
    ...(visit?.pinned ? [words.t('board.badge.pinned')] : []),
    ...(entry.was ? [words.t('board.badge.changed')] : []),
    ...(visit?.conflicts.map((conflict) => conflictText(words, conflict, timeZone)) ?? []),
  ];
  return [entry.tag, entry.siteName, timesText(words, entry, timeZone), ...marks].filter(Boolean).join(', ');
};

interface Named {
  readonly technicians: ReadonlyMap<string, string>;
  readonly entries: ReadonlyMap<string, string>;
}

/** Names of who and what a step may be about. */
export const namesOf = (board: BoardView): Named => ({
  technicians: new Map(board.technicians.map(({ technicianId, name }) => [technicianId, name])),
  entries: new Map(
    [...board.visits, ...board.unplanned].flatMap((work): [string, string][] => [
      [work.entryId, work.machine.tag],
      [work.recommendationId, work.machine.tag],
      [work.machine.machineId, work.machine.tag],
    ]),
  ),
});

/** Who changed what: `Sari Virtanen moved P-07 to Aino Laine, Tue 24.11.2026, 10.00`. */
export const stepText = (words: Words, step: BoardStepView, names: Named, timeZone: string): string => {
  const [change] = step.changes;
  const person = step.personName;
  if (step.act !== 'change' || !change) return words.t(`board.step.${step.act}`, { person });
  const entry = (id: string) => names.entries.get(id) ?? words.t('board.step.aVisit');
  const technician = (id: string) => names.technicians.get(id) ?? words.t('board.step.aTechnician');
  const more = step.changes.length - 1;
  const said = (): string => {
    switch (change.kind) {
      case 'move':
        return words.t('board.step.move', {
          person,
          machine: entry(change.visitId),
          technician: technician(change.technicianId),
          moment: momentText(words, change.startAt, timeZone),
        });
      case 'place':
        return words.t('board.step.place', {
          person,
          machine: entry(change.recommendationId),
          technician: technician(change.technicianId),
          moment: momentText(words, change.startAt, timeZone),
        });
      case 'pin':
        return words.t(change.pinned ? 'board.step.pin' : 'board.step.unpin', {
          person,
          machine: entry(change.visitId),
        });
      case 'away':
        return words.t('board.step.away', { person, technician: technician(change.technicianId) });
      case 'urgent':
        return words.t('board.step.urgent', { person, machine: entry(change.machineId) });
      case 'partLate':
        return words.t('board.step.partLate', { person });
      case 'cancel':
      case 'endsAt':
      case 'notMet':
        return words.t(`board.step.${change.kind}`, { person, machine: entry(change.visitId) });
    }
  };
  return more > 0 ? words.t('board.step.more', { first: said(), count: more }) : said();
};

export type DiffMove = BoardDiffView['moves'][number];

/** What became of one visit: `P-07, Kajaanin saha: from Aino, Tue 10.00 to Veikko, Wed 8.00`. */
export const diffText = (words: Words, move: DiffMove, timeZone: string): string => {
  const stand = (one: DiffMove['to']): string =>
    one
      ? words.t('board.diff.stand', {
          technician: one.technicianName,
          moment: momentText(words, one.startAt, timeZone),
        })
      : '';
  const machine = [move.machineTag, move.siteName].filter(Boolean).join(', ');
  return words.t(`board.diff.${move.how}`, { machine, from: stand(move.from), to: stand(move.to) });
};
