import './asked-parts.css';
import type { AskedPart } from '@kuluma/shared/model/views/visit.ts';
import { useWords } from '../parts/language.tsx';
import type { Words } from '../parts/words.ts';
import { noonMs } from './day-groups.ts';
import { usePhone } from './offline/phone-provider.tsx';

/** Where a request stands, in words. */
const stateOf = (words: Words, part: AskedPart): string => {
  const { state, handedOver, quantity, reserved, neededByOn, reason, depotName } = part;
  if (state !== 'open') return words.t(`askedPart.${state}`, { reason });
  const told = [words.t('askedPart.open', { day: words.day(noonMs(neededByOn), 'UTC') })];
  if (handedOver > 0) told.push(words.t('askedPart.partly', { count: handedOver, of: quantity }));
  if (reserved > 0 && depotName) told.push(words.t('askedPart.kept', { count: reserved, depot: depotName }));
  return told.join(' ');
};

/** What was asked for, and what became of it. */
export const AskedParts = ({ parts }: { parts: readonly AskedPart[] }) => {
  const words = useWords();
  const phone = usePhone();
  if (parts.length === 0) return null;
  const forgo = ({ visitId, partRequestId }: AskedPart) =>
    // A request stands beside its visit, whatever its version.
    void phone.act({ visitId, version: 0 }, 'part', { kind: 'notWanted', partRequestId });
  return (
    <section className="asked-parts">
      <h2>{words.t('askedPart.title')}</h2>
      <ul>
        {parts.map((part) => (
          <li key={part.partRequestId}>
            <strong>
              {words.t('part.quantity', {
                quantity: part.quantity,
                name: [part.number, part.name && words.own(part.name)].filter(Boolean).join(' '),
              })}
            </strong>
            <span role="status">{stateOf(words, part)}</span>
            {part.state === 'open' && (
              <button
                type="button"
                className="button"
                aria-label={words.t('askedPart.forgoOf', { number: part.number })}
                onClick={() => forgo(part)}
              >
                {words.t('askedPart.forgo')}
              </button>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
};
