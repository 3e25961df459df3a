import { pointName } from '@kuluma/shared/model/sentences.ts';
import type { MachineStateView } from '@kuluma/shared/model/views/machine.ts';
import { useWords } from '../../parts/language.tsx';
import { readingText } from '../../parts/sentences.ts';
import type { Words } from '../../parts/words.ts';

type Reason = MachineStateView['reasons'][number];

/** A reason in the unit that a technician knows. */
export const stateReasonText = (words: Words, { point, unit, kind, amount }: Reason): string => {
  const name = pointName(words, point);
  if (kind === 'level')
    return words.t(amount < 0 ? 'state.below' : 'state.above', {
      point: name,
      amount: readingText(words, Math.abs(amount), unit),
    });
  return words.t(`state.${kind}`, { point: name, times: words.number(amount, amount < 10 ? 1 : 0) });
};

/** By what a machine stands out from its own normal state. */
export const StateReasons = ({ reasons }: { reasons: readonly Reason[] }) => {
  const words = useWords();
  return (
    <ul className="drivers">
      {reasons.map((reason) => (
        <li key={`${reason.pointId} ${reason.kind}`}>{stateReasonText(words, reason)}</li>
      ))}
    </ul>
  );
};
