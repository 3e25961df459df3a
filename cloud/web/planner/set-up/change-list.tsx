import './change-list.css';
import type { SetUpEntryView } from '@kuluma/shared/model/views/set-up.ts';
import { useWords } from '../../parts/language.tsx';
import { momentText } from '../../parts/sentences.ts';
import { useReader } from '../../parts/signed-in.tsx';
import type { Words } from '../../parts/words.ts';

type Change = SetUpEntryView['changes'][number];

const short = 40;

/** A rate in parts of a thousand, as people say it. */
const percentText = (words: Words, permille: number): string =>
  `${words.number(permille / 10, permille % 10 === 0 ? 0 : 1)} %`;

/** A value that can be read in a line; undefined for what a person would not call one. */
const valueText = (words: Words, name: string, value: unknown): string | undefined => {
  if (typeof value === 'number' && /Cents(Per|$)/.test(name)) return words.money(value);
  if (typeof value === 'number' && name.endsWith('Permille')) return percentText(words, value);
  if (typeof value === 'number' && !name.endsWith('Ms')) return words.number(value, Number.isInteger(value) ? 0 : 2);
  const isWord = typeof value === 'string' && value.length <= short && !/^[a-z]{3}_[0-9a-z]{26}$/.test(value);
  return isWord ? words.coded('setUp.word', value, value) : undefined;
};

const fieldText = (words: Words, { name, from, to }: Change['fields'][number]): string => {
  const label = words.coded('setUp.field', name, words.coded('setUp.reason', name, name));
  const [old, next] = [valueText(words, name, from), valueText(words, name, to)];
  if (old !== undefined && next !== undefined && old !== '') return `${label}: ${old} → ${next}`;
  return next === undefined || next === '' ? label : `${label}: ${next}`;
};

/** One change in words: who, what, when. */
export const ChangeLine = ({ change }: { change: Change }) => {
  const words = useWords();
  const { timeZone } = useReader();
  const who = change.byName ?? words.t('setUp.byMachine');
  return (
    <li>
      <span>{words.t(`setUp.change.${change.change}`, { who })}</span>{' '}
      <span className="soft">{momentText(words, change.at, timeZone)}</span>
      {change.fields.length > 0 && (
        <ul className="small set-up-change-fields">
          {change.fields.map((field) => (
            <li key={field.name}>{fieldText(words, field)}</li>
          ))}
        </ul>
      )}
    </li>
  );
};

/** Who changed what, newest first, and the ids that other systems have for it. */
export const ChangeList = ({ view }: { view: SetUpEntryView }) => {
  const words = useWords();
  return (
    <>
      {view.externalIds.length > 0 && (
        <section aria-labelledby="entry-ids">
          <h2 id="entry-ids">{words.t('setUp.externalIds')}</h2>
          <dl className="set-up-prices">
            {view.externalIds.map(({ system, value }) => (
              <div key={`${system} ${value}`}>
                <dt>{system}</dt>
                <dd>{value}</dd>
              </div>
            ))}
          </dl>
        </section>
      )}
      {view.changes.length > 0 && (
        <section aria-labelledby="entry-changes">
          <h2 id="entry-changes">{words.t('setUp.changes')}</h2>
          <ul className="set-up-changes">
            {view.changes.map((change) => (
              <ChangeLine key={`${change.at} ${change.change}`} change={change} />
            ))}
          </ul>
        </section>
      )}
    </>
  );
};
