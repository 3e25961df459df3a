import type { Fault } from '@kuluma/shared/errors.ts';
import type { Difference } from '../core/set-up/difference.ts';

const valueText = (value: unknown): string => JSON.stringify(value) ?? 'nothing';

const lineOf = ({ place, key, kind, change, fields }: Difference): string => {
  const what = fields.map(({ name, from, to }) => `${name} ${valueText(from)} -> ${valueText(to)}`).join(', ');
  return `  ${place}  ${change} ${kind} for "${key}"${what ? `: ${what}` : ''}`;
};

const tallyOf = (differences: readonly Difference[]): string[] =>
  [...Map.groupBy(differences, ({ kind }) => kind)].map(([kind, list]) => {
    const fresh = list.filter(({ change }) => change === 'new').length;
    return `  ${kind}: ${fresh} new, ${list.length - fresh} changed`;
  });

const wrongLine = ({ path, message, hint }: Fault): string => `  ${path}: ${message}${hint ? ` (${hint})` : ''}`;

/** What came from elsewhere does to the records, and what is wrong with it. @param isTrial each change by itself too */
export const changeLines = (
  { differences, faults }: { readonly differences: readonly Difference[]; readonly faults: readonly Fault[] },
  isTrial: boolean,
): string[] => [
  ...(isTrial ? differences.map(lineOf) : []),
  ...(differences.length > 0 ? tallyOf(differences) : ['  nothing to change']),
  ...(faults.length > 0 ? [`${faults.length} wrong:`, ...faults.map(wrongLine)] : []),
];
