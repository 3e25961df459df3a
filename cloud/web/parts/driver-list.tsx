import './driver-list.css';
import type { Driver, Reading } from '@kuluma/shared/model/forecast.ts';
import { driverSentence, mainDrivers } from '@kuluma/shared/model/sentences.ts';
import { useWords } from './language.tsx';
import { readingNumber, readingText } from './sentences.ts';

/** The main reasons behind a forecast, in words; `shares` adds how much each weighs, `readings` what was read. */
export const DriverList = ({
  drivers,
  shares = false,
  readings = false,
  effect = 'shortens',
}: {
  drivers: readonly Driver[];
  shares?: boolean;
  readings?: boolean;
  effect?: 'shortens' | 'extends';
}) => {
  const words = useWords();
  return (
    <ul className="drivers">
      {mainDrivers(drivers, 3, effect).map((driver) => (
        <li key={`${driver.point}.${driver.kind}`}>
          <span>{driverSentence(words, driver)}</span>
          {shares && (
            <span className="driver-share">
              <span className="driver-bar" style={{ inlineSize: `${Math.round(driver.share * 64)}px` }} />
              <span className="number small soft">{words.percent(driver.share)}</span>
            </span>
          )}
          {readings && driver.reading && <ReadingFacts reading={driver.reading} kind={driver.kind} />}
        </li>
      ))}
    </ul>
  );
};

/** What the point reads now, beside its own normal, its past and the other machines of the model. */
const ReadingFacts = ({ reading, kind }: { reading: Reading; kind: Driver['kind'] }) => {
  const words = useWords();
  const { unit, now, ownNormal, earlier, peers } = reading;
  if (kind === 'age')
    return <p className="reading-facts small soft">{words.t('reading.age', { days: words.number(now) })}</p>;
  const number = (value: number) => readingNumber(words, value);
  return (
    <dl className="reading-facts small">
      <div>
        <dt className="soft">{words.t('reading.now')}</dt>
        <dd>{readingText(words, now, unit)}</dd>
      </div>
      {earlier && (
        <div>
          <dt className="soft">{words.t('reading.earlier', { days: words.number(earlier.daysAgo) })}</dt>
          <dd>{number(earlier.value)}</dd>
        </div>
      )}
      {ownNormal !== null && (
        <div>
          <dt className="soft">{words.t('reading.ownNormal')}</dt>
          <dd>{number(ownNormal)}</dd>
        </div>
      )}
      {peers && (
        <div title={words.t('reading.peersTitle', { count: peers.machines })}>
          <dt className="soft">{words.t('reading.peers', { count: peers.machines })}</dt>
          <dd>
            {words.t('reading.range', {
              median: number(peers.median),
              low: number(peers.low),
              high: number(peers.high),
            })}
          </dd>
        </div>
      )}
    </dl>
  );
};
