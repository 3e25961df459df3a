import './price-table.css';
import type { LocalText } from '@kuluma/shared/model/base.ts';
import { type PriceLine, type PriceTotal, vatCentsOf } from '@kuluma/shared/model/money.ts';
import { priceLineText } from '@kuluma/shared/model/sentences.ts';
import { useWords } from './language.tsx';

type NamedParts = readonly { number: string; name: LocalText }[];

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
              {priceLineText(words, line, parts)}
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
