import './price-table.css';
import type { LocalText } from '@kuluma/shared/model/base.ts';
import { type PriceLine, type PriceTotal, vatCentsOf } from '@kuluma/shared/model/money.ts';
import { useWords } from './language.tsx';
import type { Words } from './words.ts';

type NamedParts = readonly { number: string; name: LocalText }[];

const lineText = (words: Words, line: PriceLine, parts: NamedParts): string => {
  const part = parts.find(({ number }) => number === line.code);
  return words.t(`price.${line.kind}`, {
    quantity: words.number(line.quantity, line.quantity % 1 === 0 ? 0 : 1),
    name: part ? words.own(part.name) : line.code,
  });
};

/** Priced lines and their sum. An owner reads lines and sum with VAT; a planner builds the sum up from net. */
export const PriceTable = ({
  lines,
  parts,
  total,
  withVat,
}: {
  lines: readonly PriceLine[];
  /** Names of the parts among the lines. */
  parts: NamedParts;
  total: PriceTotal;
  withVat: boolean;
}) => {
  const words = useWords();
  const sums = withVat ? (['gross', 'vatOf'] as const) : (['net', 'vat', 'gross'] as const);
  const centsOf = { net: total.netCents, vat: total.vatCents, vatOf: total.vatCents, gross: total.grossCents };
  return (
    <table className="price">
      <caption className="visually-hidden">{words.t('price.title')}</caption>
      <tbody>
        {lines.map((line) => (
          <tr key={`${line.kind}.${line.code}`}>
            <th scope="row">
              {lineText(words, line, parts)}
              {line.kind === 'part' && <span className="small soft price-number">{line.code}</span>}
            </th>
            <td className="number">{words.money(line.netCents + (withVat ? vatCentsOf(line) : 0))}</td>
          </tr>
        ))}
      </tbody>
      <tfoot>
        {sums.map((sum) => (
          <tr key={sum} className={`price-${sum}`}>
            <th scope="row">{words.t(`price.${sum}`)}</th>
            <td className="number">{words.money(centsOf[sum])}</td>
          </tr>
        ))}
      </tfoot>
    </table>
  );
};
