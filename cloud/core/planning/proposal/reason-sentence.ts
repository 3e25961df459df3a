import type { UnassignedReason } from '../region/plan-document.ts';
import type { RuleCode } from './rules.ts';
import type { UnplannedReason } from './why-unplanned.ts';

type Facts = UnplannedReason['facts'];

/** What would have to be otherwise, by rule; pages say it in their own languages from the facts. */
const wishes: Record<RuleCode | 'price' | 'second', (facts: Facts) => string> = {
  hours: ({ overtimeMin }) => `${overtimeMin} minutes of overtime`,
  skill: ({ skill, level }) => `${skill} ${level}`,
  certificate: ({ certificate }) => `a valid ${certificate}`,
  tool: ({ tool }) => `the tool ${tool}`,
  area: ({ area }) => `the area ${area}`,
  access: () => 'the site being open then',
  part: ({ part, readyOn }) =>
    readyOn === undefined ? `the part ${part}, which nobody gets` : `the part ${part}, which is there from ${readyOn}`,
  busy: () => 'other visits of the day given up',
  second: ({ skill, level }) => (skill === undefined ? 'somebody beside' : `somebody beside who has ${skill} ${level}`),
  window: () => 'a time outside its windows',
  price: ({ euros }) => `${Number(euros).toFixed(0)} euros, more than leaving the visit out costs`,
};

/** A reason as a plan document has it. */
export const unassignedReason = ({ codes, technician, on, facts }: UnplannedReason): UnassignedReason => ({
  code: codes.join('+'),
  message: `${technician} could come on ${on} with ${codes.map((code) => wishes[code](facts)).join(' and ')}`,
});
