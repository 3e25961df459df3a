import './driver-list.css';
import type { Driver } from '@kuluma/shared/model/forecast.ts';
import { useWords } from './language.tsx';
import { driverSentence, mainDrivers } from './sentences.ts';

/** The main reasons behind a forecast, in words; `shares` adds how much each weighs. */
export const DriverList = ({ drivers, shares = false }: { drivers: readonly Driver[]; shares?: boolean }) => {
  const words = useWords();
  return (
    <ul className="drivers">
      {mainDrivers(drivers).map((driver) => (
        <li key={`${driver.point}.${driver.kind}`}>
          <span>{driverSentence(words, driver)}</span>
          {shares && (
            <span className="driver-share">
              <span className="driver-bar" style={{ inlineSize: `${Math.round(driver.share * 64)}px` }} />
              <span className="number small soft">{words.percent(driver.share)}</span>
            </span>
          )}
        </li>
      ))}
    </ul>
  );
};
