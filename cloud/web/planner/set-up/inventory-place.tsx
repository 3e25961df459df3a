import './set-up-overview.css';
import './row-table.css';
import './set-up.css';
import { pointName } from '@kuluma/shared/model/sentences.ts';
import { setUpPaths } from '@kuluma/shared/model/set-up-paths.ts';
import { dayMs } from '@kuluma/shared/model/units.ts';
import type { InventoryView } from '@kuluma/shared/model/views/inventory.ts';
import { Button, Group } from '@mantine/core';
import { IconAlertCircle, IconCircleCheck } from '@tabler/icons-react';
import { Link, useParams } from '@tanstack/react-router';
import { useWords } from '../../parts/language.tsx';
import { useView } from '../../parts/queries.ts';
import { momentText, unitText } from '../../parts/sentences.ts';
import { useReader } from '../../parts/signed-in.tsx';
import type { Words } from '../../parts/words.ts';
import { ZoneNote } from '../../parts/zone-note.tsx';
import { ageText } from '../gateway/age-text.ts';
import { ViewProblem } from '../shell/view-problem.tsx';
import { BackLink } from './back-link.tsx';
import { inventoryCsv } from './inventory-csv.ts';
import { saveFile } from './token-card.tsx';

type Point = InventoryView['points'][number];

/** Since when, how often and how well each point of a machine is measured, and what is missing for a forecast. */
export const InventoryPlace = () => {
  const { machineId = '' } = useParams({ strict: false });
  const words = useWords();
  const { organisationId } = useReader();
  const inventory = useView<InventoryView>(setUpPaths.inventory(organisationId, machineId));
  const view = inventory.data;
  return (
    <div className="set-up">
      <BackLink to="/set-up" />
      <div className="place-head set-up-head">
        <h1>{view ? words.t('inventory.of', { machine: view.tag }) : words.t('inventory.title')}</h1>
        {view && (
          <Group>
            <Link className="button" to="/machines/$machineId" params={{ machineId }}>
              {words.t('setUp.toForecasts')}
            </Link>
            {view.points.length > 0 && (
              <Button onClick={() => saveFile(`${view.tag}.csv`, inventoryCsv(view), 'text/csv')}>
                {words.t('inventory.save')}
              </Button>
            )}
          </Group>
        )}
      </div>
      <ViewProblem view={inventory} />
      {inventory.isPending && (
        <div className="skeleton set-up-skeleton" role="status" aria-label={words.t('loading')} />
      )}
      {view && (
        <>
          <Lacks view={view} />
          {view.points.length === 0 ? (
            <p>{words.t('setUp.empty.points')}</p>
          ) : (
            <PointTable points={view.points} timeZone={view.timeZone} />
          )}
          <Zone view={view} />
        </>
      )}
    </div>
  );
};

const Zone = ({ view: { points, timeZone } }: { view: InventoryView }) => {
  const lastAt = points.flatMap(({ held }) => held?.lastAt ?? []).at(0);
  return lastAt ? <ZoneNote atMs={Date.parse(lastAt)} timeZone={timeZone} /> : null;
};

const Lacks = ({ view: { missing, machineId } }: { view: InventoryView }) => {
  const words = useWords();
  if (missing.length === 0)
    return (
      <p className="set-up-all-there">
        <IconCircleCheck size={18} aria-hidden="true" />
        {words.t('inventory.nothingMissing')}
      </p>
    );
  return (
    <section className="set-up-effect" aria-labelledby="inventory-missing">
      <h2 id="inventory-missing">{words.t('inventory.missing')}</h2>
      <ul>
        {missing.map((code) => (
          <li key={code}>
            <IconAlertCircle size={18} aria-hidden="true" />
            {words.t(`setUp.lacks.${code}`)}
          </li>
        ))}
      </ul>
      <Link to="/set-up/$kind/$id" params={{ kind: 'machines', id: machineId }}>
        {words.t('setUp.toMachine')}
      </Link>
    </section>
  );
};

/** Days are those of UTC, whose noon is the same day wherever a machine stands in Europe. */
const noonAfter = (dayBeginsAt: string): number => Date.parse(dayBeginsAt) + dayMs / 2;

const gapText = (words: Words, { held }: Point, timeZone: string): string => {
  if (!held?.longestGap) return words.t('inventory.noGap');
  const { emptyDays, longestGap } = held;
  return words.t('inventory.gaps', {
    days: emptyDays,
    longest: words.dayRange(noonAfter(longestGap.fromAt), noonAfter(longestGap.toAt) - dayMs, timeZone),
  });
};

const PointTable = ({ points, timeZone }: { points: readonly Point[]; timeZone: string }) => {
  const words = useWords();
  const columns = ['from', 'to', 'rate', 'samples', 'gap', 'quality'] as const;
  return (
    <table className="set-up-table" aria-label={words.t('setUp.kind.points')}>
      <thead>
        <tr>
          <th scope="col">{words.t('setUp.name.points')}</th>
          {columns.map((column) => (
            <th key={column} scope="col">
              {words.t(`inventory.${column}`)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {points.map((point) => (
          <tr key={point.pointId}>
            <th scope="row">
              <Link to="/set-up/$kind/$id" params={{ kind: 'points', id: point.pointId }}>
                {pointName(words, point.name)}
              </Link>{' '}
              <span className="soft">{point.unit === '1' ? '' : unitText(words, point.unit)}</span>
            </th>
            {point.held ? (
              <>
                <td data-label={words.t('inventory.from')}>{words.date(noonAfter(point.held.firstAt), timeZone)}</td>
                <td data-label={words.t('inventory.to')}>{momentText(words, point.held.lastAt, timeZone)}</td>
                <td data-label={words.t('inventory.rate')}>
                  {words.t('inventory.every', { age: ageText(words, point.held.intervalMs) })}
                </td>
                <td data-label={words.t('inventory.samples')}>{words.number(point.held.samples)}</td>
                <td data-label={words.t('inventory.gap')}>{gapText(words, point, timeZone)}</td>
              </>
            ) : (
              <td colSpan={5} className="soft">
                {words.t('inventory.never')}
              </td>
            )}
            <td data-label={words.t('inventory.quality')}>
              {point.score === null ? '–' : words.percent(point.score)}
              {point.faults.map((fault) => (
                <span key={fault} className="set-up-lack">
                  <IconAlertCircle size={16} aria-hidden="true" />
                  {words.t(`gateway.fault.${fault}`)}
                </span>
              ))}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
};
