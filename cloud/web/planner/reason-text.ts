import { readableName } from '@kuluma/shared/model/sentences.ts';
import type { ReasonView } from '@kuluma/shared/model/views/decision.ts';
import type { Words } from '../parts/words.ts';

/** Why someone cannot come, in a sentence with its facts. */
export const reasonText = (words: Words, reason: ReasonView, timeZone: string): string => {
  const fact = (name: string): string => {
    const value = reason.facts[name];
    if (value === undefined) return '–';
    if (typeof value === 'number') return words.number(value);
    if (name.endsWith('At')) return words.day(Date.parse(value), timeZone);
    return words.coded(name === 'tool' ? 'tool' : 'skill', value, readableName(value));
  };
  return words.t(`reason.${reason.code}`, {
    technician: reason.technicianName ?? words.t('reason.anyone'),
    // Noon UTC is the same calendar day in every zone of Europe.
    day: reason.onDay === null ? '–' : words.day(Date.parse(`${reason.onDay}T12:00:00Z`), 'UTC'),
    skill: fact('skill'),
    level: fact('level'),
    certificate: fact('certificate'),
    needed: fact('neededMin'),
    working: fact('workingMin'),
    open: fact('openMin'),
    busy: fact('busyMin'),
    ready: fact('readyAt'),
    tool: fact('tool'),
    area: fact('area'),
  });
};
