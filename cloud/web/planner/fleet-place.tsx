import './fleet-place.css';
import { apiPaths } from '@kuluma/shared/model/api.ts';
import { isoWeekOf } from '@kuluma/shared/model/format.ts';
import type { FleetRow } from '@kuluma/shared/model/views/machine.ts';
import { Link, useNavigate } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import { HealthBadge } from '../parts/health-badge.tsx';
import { useWords } from '../parts/language.tsx';
import { LifeBand } from '../parts/life-band.tsx';
import { ProblemNotice } from '../parts/problem-notice.tsx';
import { liveMs, useView } from '../parts/queries.ts';
import { zoneOf } from '../parts/sentences.ts';
import { useReader } from '../parts/signed-in.tsx';
import { useKeys } from '../parts/use-keys.ts';
import type { Words } from '../parts/words.ts';
import { healthGradeCounts } from './fleet-counts.ts';

/** Every machine, worst first; what was never measured is its own grade. */
export const FleetPlace = () => {
  const words = useWords();
  const me = useReader();
  const navigate = useNavigate();
  const fleet = useView<FleetRow[]>(apiPaths.fleet(me.organisationId), { everyMs: liveMs });
  const [chosen, setChosen] = useState(0);
  const body = useRef<HTMLTableSectionElement>(null);
  const rows = fleet.data ?? [];

  const move = (by: number) => setChosen((index) => Math.min(Math.max(index + by, 0), Math.max(rows.length - 1, 0)));
  const open = () => {
    const row = rows[chosen];
    if (row) void navigate({ to: '/machines/$machineId', params: { machineId: row.machine.machineId } });
  };
  useKeys([
    { key: 'j', does: 'keys.nextMachine', act: () => move(1) },
    { key: 'k', does: 'keys.previousMachine', act: () => move(-1) },
    { key: 'Enter', does: 'keys.openMachine', act: open },
  ]);
  useEffect(() => {
    body.current?.children[chosen]?.scrollIntoView({ block: 'nearest' });
  }, [chosen]);

  const maxDays = Math.max(30, ...rows.flatMap((row) => (row.rulDays ? [row.rulDays.p95] : [])));
  return (
    <>
      <div className="place-head">
        <h1>{words.t('place.fleet')}</h1>
        {fleet.data && <p className="soft">{words.t('fleet.summary', healthGradeCounts(rows))}</p>}
      </div>
      {fleet.error && <ProblemNotice error={fleet.error} onRetry={() => void fleet.refetch()} />}
      {fleet.isPending && <div className="skeleton fleet-skeleton" />}
      {fleet.data?.length === 0 && <p>{words.t('fleet.empty')}</p>}
      {rows.length > 0 && (
        <table className="fleet" aria-label={words.t('place.fleet')}>
          <thead>
            <tr>
              <th scope="col">{words.t('fleet.health')}</th>
              <th scope="col">{words.t('fleet.machine')}</th>
              <th scope="col">{words.t('fleet.component')}</th>
              <th scope="col">{words.t('fleet.life')}</th>
              <th scope="col" className="number">
                {words.t('fleet.quality')}
              </th>
              <th scope="col">{words.t('fleet.state')}</th>
            </tr>
          </thead>
          <tbody ref={body}>
            {rows.map((row, index) => (
              <FleetLine
                key={row.machine.machineId}
                row={row}
                maxDays={maxDays}
                chosen={index === chosen}
                onChoose={() => setChosen(index)}
              />
            ))}
          </tbody>
        </table>
      )}
      {rows.length > 0 && <p className="small soft fleet-keys">{words.t('fleet.keys')}</p>}
    </>
  );
};

const FleetLine = ({
  row,
  maxDays,
  chosen,
  onChoose,
}: {
  row: FleetRow;
  maxDays: number;
  chosen: boolean;
  onChoose: () => void;
}) => {
  const words = useWords();
  const { machine } = row;
  return (
    <tr aria-current={chosen || undefined} className={row.healthGrade} onMouseDown={onChoose}>
      <td className="fleet-health">
        <HealthBadge grade={row.healthGrade} />
      </td>
      <td className="fleet-machine">
        <span>
          <Link to="/machines/$machineId" params={{ machineId: machine.machineId }}>
            {machine.tag}
          </Link>{' '}
          <span className="soft">{words.own(machine.modelName)}</span>
        </span>
        <span className="small soft">
          {machine.owner?.name ?? '–'}
          {machine.site && ` · ${machine.site.name}`}
        </span>
      </td>
      <td className="fleet-component">{row.componentName ? words.own(row.componentName) : '–'}</td>
      <td className="fleet-life">
        <LifeBand rulDays={row.rulDays} maxDays={maxDays} whyNone={noDataText(words, row)} />
      </td>
      <td className="fleet-quality number">{row.dataQuality === null ? '–' : words.percent(row.dataQuality)}</td>
      <td className="fleet-state">
        <FleetState row={row} words={words} />
      </td>
    </tr>
  );
};

/** Where the machine stands on the way from forecast to visit, most binding first. */
const FleetState = ({ row, words }: { row: FleetRow; words: Words }) => {
  const zone = zoneOf(row.machine);
  if (row.visitStartAt) {
    const atMs = Date.parse(row.visitStartAt);
    return words.t('fleet.visit', { day: words.day(atMs, zone), week: isoWeekOf(atMs, zone) });
  }
  if (row.openOfferState) return words.t(`offerState.${row.openOfferState}`);
  if (row.openRecommendationId)
    return (
      <Link to="/decisions/$recommendationId" params={{ recommendationId: row.openRecommendationId }}>
        {words.t('fleet.decide')}
      </Link>
    );
  return null;
};

/** Since when a machine says nothing; undefined where it speaks. */
const noDataText = (words: Words, row: FleetRow): string | undefined => {
  if (row.healthGrade !== 'unknown') return undefined;
  return row.lastSampleAt
    ? words.t('fleet.noDataSince', { day: words.date(Date.parse(row.lastSampleAt), zoneOf(row.machine)) })
    : words.t('fleet.noData');
};
