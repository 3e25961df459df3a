import './part-needs.css';
import type { PartNeedView } from '@kuluma/shared/model/views/decision.ts';
import { useWords } from '../parts/language.tsx';
import type { Words } from '../parts/words.ts';

const stockText = (words: Words, part: PartNeedView): string => {
  if (part.inVans + part.inDepots >= part.quantity)
    return words.t('part.stock', { vans: part.inVans, depots: part.inDepots });
  return words.t('part.order', { days: Math.ceil(part.supplierLeadTimeDays) });
};

/** Likely parts with how often they were needed and where they are. */
export const PartNeeds = ({ parts }: { parts: readonly PartNeedView[] }) => {
  const words = useWords();
  if (parts.length === 0) return <p className="soft">{words.t('part.none')}</p>;
  return (
    <ul className="part-needs">
      {parts.map((part) => (
        <li key={part.partId}>
          <span>
            {words.t('part.quantity', { quantity: part.quantity, name: words.own(part.name) })}{' '}
            <span className="soft small nowrap">{part.number}</span>
          </span>
          <span className="small soft">
            {words.t('part.use', { share: words.percent(part.useProbability), stock: stockText(words, part) })}
          </span>
        </li>
      ))}
    </ul>
  );
};
