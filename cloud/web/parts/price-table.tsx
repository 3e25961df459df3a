import './price-table.css';
import type { PriceLine, PriceTotal } from '@kuluma/shared/model/money.ts';
import { vatCentsOf } from '@kuluma/shared/model/money.ts';
import { useWords } from './language.tsx';
import type { Words } from './words.ts';

const lineText = (words: Words, line: PriceLine): string =>
  words.t(`price.${line.kind}`, {
    quantity: words.number(line.quantity, line.quantity % 1 === 0 ? 0 : 1),
    code: line.code,
  });

/** Priced lines and their sum. An owner reads lines with VAT, a planner without; the total always shows both. */
export const PriceTable = ({
  lines,
  total,
  withVat,
}: {
  lines: readonly PriceLine[];
  total: PriceTotal;
  withVat: boolean;
}) => {
  const words = useWords();
  return (
    <table className="price">
      <caption className="visually-hidden">{words.t('price.title')}</caption>
      <tbody>
        {lines.map((line) => (
          <tr key={`${line.kind}.${line.code}`}>
            <th scope="row">{lineText(words, line)}</th>
            <td className="number">{words.money(line.netCents + (withVat ? vatCentsOf(line) : 0))}</td>
          </tr>
        ))}
      </tbody>
      <tfoot>
        <tr>
          <th scope="row">{words.t('price.net')}</th>
          <td className="number">{words.money(total.netCents)}</td>
        </tr>
        <tr>
          <th scope="row">{words.t('price.vat')}</th>
          <td className="number">{words.money(total.vatCents)}</td>
        </tr>
        <tr className="price-gross">
          <th scope="row">{words.t('price.gross')}</th>
          <td className="number">{words.money(total.grossCents)}</td>
        </tr>
      </tfoot>
    </table>
  );
};
