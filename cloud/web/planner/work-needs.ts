import type { DecisionView } from '@kuluma/shared/model/views/decision.ts';
import type { Words } from '../parts/words.ts';

/** Skills, certificates and tools that work asks for, and a second technician with theirs; empty where it asks for nothing. */
export const needsText = (
  words: Words,
  { skills, certificates, tools, second }: Pick<DecisionView, 'skills' | 'certificates' | 'tools' | 'second'>,
): string => {
  const named = (of: 'skill' | 'tool', code: string) => words.coded(of, code, code);
  const levels = (needs: DecisionView['skills']) =>
    needs.map(({ skill, level }) => words.t('needs.skill', { skill: named('skill', skill), level: String(level) }));
  const others = second && levels(second.skills).join(', ');
  return [
    ...levels(skills),
    ...certificates.map((code) => named('skill', code)),
    ...tools.map((code) => named('tool', code)),
    ...(second === null ? [] : [others ? words.t('needs.second', { needs: others }) : words.t('needs.two')]),
  ].join(', ');
};

/** Until when the contract wants the work done, and what a later day costs us. */
export const slaText = (words: Words, { on, breachCents }: NonNullable<DecisionView['sla']>): string =>
  words.t('needs.sla', { day: words.day(Date.parse(`${on}T12:00:00Z`), 'UTC'), cost: words.money(breachCents) });
