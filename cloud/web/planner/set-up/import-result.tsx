import './change-list.css';
import './row-table.css';
import './import-result.css';
import './token-card.css';
import type { ImportView } from '@kuluma/shared/model/views/set-up.ts';
import { Button } from '@mantine/core';
import { IconAlertTriangle, IconCircleCheck } from '@tabler/icons-react';
import { useWords } from '../../parts/language.tsx';
import type { Words } from '../../parts/words.ts';
import { faultText } from './fault-text.tsx';
import { saveFile } from './token-card.tsx';

type Fault = ImportView['faults'][number];
const fileFaults = ['columnTwice', 'columnUnknown', 'columnMissing', 'cellCount', 'keyTwice'] as const;
const cellForms = [
  'text',
  'number',
  'textUpTo',
  'numberFrom',
  'whole',
  'euros',
  'oneOf',
  'day',
  'instant',
  'pair',
  'zone',
  'hours',
  'names',
  'break',
  'overtime',
  'serviceLevel',
] as const;
type Difference = ImportView['differences'][number];

/** What is wrong with the files, each with its file, line and column. */
export const FaultTable = ({ faults, count }: { faults: readonly Fault[]; count: number }) => {
  const words = useWords();
  return (
    <section className="set-up-import-part" aria-labelledby="import-faults">
      <h2 id="import-faults" className="set-up-wrong">
        <IconAlertTriangle size={20} aria-hidden="true" />
        {words.t('setUp.import.wrong', { count })}
      </h2>
      <table className="set-up-table">
        <thead>
          <tr>
            <th scope="col">{words.t('setUp.import.place')}</th>
            <th scope="col">{words.t('setUp.import.why')}</th>
          </tr>
        </thead>
        <tbody>
          {faults.map((fault) => (
            <tr key={`${fault.path} ${fault.message}`}>
              <th scope="row">{placeText(words, fault.path)}</th>
              <WhyCell fault={fault} />
            </tr>
          ))}
        </tbody>
      </table>
      {faults.length < count && <p className="soft">{words.t('setUp.import.first', { count: faults.length })}</p>}
    </section>
  );
};

/** What is wrong with a cell or a row, and what it should be; what has no code is told in the service's own words. */
const fileFaultText = (words: Words, fault: Fault): string | undefined => {
  const { code = '', limit = '', field = '', value = '' } = fault;
  const given = { field, value, limit: typeof limit === 'number' ? words.number(limit) : limit };
  const form = cellForms.find((known) => code === `cell.${known}`);
  if (form) return words.t('setUp.import.cell', { field, value, wanted: words.t(`setUp.import.cell.${form}`, given) });
  const known = fileFaults.find((one) => one === code);
  if (known) return words.t(`setUp.import.fault.${known}`, given);
  const text = faultText(words, fault);
  return text && field !== '' ? words.t('setUp.import.ofField', { field, text }) : text;
};

const WhyCell = ({ fault }: { fault: Fault }) => {
  const words = useWords();
  const text = fileFaultText(words, fault);
  const { message, hint } = fault;
  return text === undefined ? <td lang="en">{hint ? `${message} (${hint})` : message}</td> : <td>{text}</td>;
};

/** `sites.csv:14:3` in words. */
const placeText = (words: Words, path: string): string => {
  const [file = '', line, column] = path.split(':');
  if (line === undefined) return file;
  return column === undefined
    ? words.t('setUp.import.atLine', { file, line })
    : words.t('setUp.import.atCell', { file, line, column });
};

const valueText = (value: unknown): string =>
  typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value ?? '–');

const lineText = (words: Words, { change, kind, fields }: Difference): string => {
  const what = words.coded('setUp.record', kind, kind);
  return words.t(
    change === 'new'
      ? 'setUp.import.newOne'
      : fields.some(({ name }) => name === 'period')
        ? 'setUp.import.endsOne'
        : 'setUp.import.changedOne',
    { what },
  );
};

/** What an import would do or has done: how much of each kind, each change by its row, and what is wrong. */
export const ImportResult = ({ view }: { view: ImportView }) => {
  const words = useWords();
  const total = view.counts.reduce((sum, { fresh, changed }) => sum + fresh + changed, 0);
  return (
    <>
      {view.faultCount > 0 && !view.written && <FaultTable faults={view.faults} count={view.faultCount} />}
      <section className="set-up-import-part" aria-labelledby="import-counts" role="status">
        <h2 id="import-counts" className={view.written ? 'set-up-all-there' : undefined}>
          {view.written && <IconCircleCheck size={20} aria-hidden="true" />}
          {words.t(view.written ? 'setUp.import.done' : total === 0 ? 'setUp.import.nothing' : 'setUp.import.would')}
        </h2>
        {total > 0 && (
          <table className="set-up-table set-up-counts">
            <thead>
              <tr>
                <th scope="col">{words.t('setUp.import.kind')}</th>
                <th scope="col" className="number">
                  {words.t('setUp.import.new')}
                </th>
                <th scope="col" className="number">
                  {words.t('setUp.import.changed')}
                </th>
              </tr>
            </thead>
            <tbody>
              {view.counts.map(({ kind, fresh, changed }) => (
                <tr key={kind}>
                  <th scope="row">{words.coded('setUp.record', kind, kind)}</th>
                  <td className="number" data-label={words.t('setUp.import.new')}>
                    {words.number(fresh)}
                  </td>
                  <td className="number" data-label={words.t('setUp.import.changed')}>
                    {words.number(changed)}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </section>
      {view.gateways.length > 0 && <Tokens gateways={view.gateways} />}
      {!view.written && view.differences.length > 0 && <Differences differences={view.differences} total={total} />}
    </>
  );
};

const Tokens = ({ gateways }: { gateways: ImportView['gateways'] }) => {
  const words = useWords();
  return (
    <section className="set-up-token" aria-labelledby="import-tokens">
      <h2 id="import-tokens">{words.t('setUp.token')}</h2>
      <p>{words.t('setUp.token.once')}</p>
      <ul className="set-up-tokens">
        {gateways.map(({ key, gatewayId, token, file }) => (
          <li key={gatewayId}>
            <strong>{key}</strong>
            <output className="set-up-secret">{token}</output>
            <Button onClick={() => saveFile(`${key}.yaml`, file)}>{words.t('setUp.token.download')}</Button>
          </li>
        ))}
      </ul>
    </section>
  );
};

const Differences = ({ differences, total }: { differences: readonly Difference[]; total: number }) => {
  const words = useWords();
  return (
    <section className="set-up-import-part" aria-labelledby="import-rows">
      <h2 id="import-rows">{words.t('setUp.import.rows')}</h2>
      <table className="set-up-table">
        <thead>
          <tr>
            <th scope="col">{words.t('setUp.import.place')}</th>
            <th scope="col">{words.t('setUp.import.key')}</th>
            <th scope="col">{words.t('setUp.import.change')}</th>
          </tr>
        </thead>
        <tbody>
          {differences.map((difference, at) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the list is shown as it came and never changes
            <tr key={at}>
              <th scope="row">{placeText(words, difference.place)}</th>
              <td data-label={words.t('setUp.import.key')}>{difference.key}</td>
              <td>
                {lineText(words, difference)}
                {difference.fields.some(({ name }) => name !== 'period') && (
                  <ul className="small set-up-change-fields">
                    {difference.fields
                      .filter(({ name }) => name !== 'period')
                      .map(({ name, from, to }) => (
                        <li key={name}>
                          {words.coded('setUp.field', name, name)}: {valueText(from)} → {valueText(to)}
                        </li>
                      ))}
                  </ul>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {differences.length < total && (
        <p className="soft">{words.t('setUp.import.first', { count: differences.length })}</p>
      )}
    </section>
  );
};
