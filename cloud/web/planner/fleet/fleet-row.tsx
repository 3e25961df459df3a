import { isoWeekOf } from '@kuluma/shared/model/format.ts';
import type { FleetRow } from '@kuluma/shared/model/views/machine.ts';
import { Link } from '@tanstack/react-router';
import { HealthBadge } from '../../parts/health-badge.tsx';
import { useWords } from '../../parts/language.tsx';
import { LifeBand } from '../../parts/life-band.tsx';
import { momentText } from '../../parts/sentences.ts';
import type { Words } from '../../parts/words.ts';
import type { FleetColumn } from './fleet-search.ts';

/** Where the machine stands on the way from forecast to visit, most binding first. */
const FleetState = ({ row, words }: { row: FleetRow; words: Words }) => {
  const zone = row.machine.timeZone;
  if (row.visitStartAt) {
    const atMs = Date.parse(row.visitStartAt);
    return (
      <span className="small">
        {words.t('fleet.visit', { day: words.date(atMs, zone), week: isoWeekOf(atMs, zone) })}
      </span>
    );
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
    ? words.t('fleet.noDataSince', { day: words.date(Date.parse(row.lastSampleAt), row.machine.timeZone) })
    : words.t('fleet.noData');
};

/** What fails first, and how far its forecast can be trusted: a long name gives way, the figure stays. */
const Basis = ({ row: { componentName, dataQuality } }: { row: FleetRow }) => {
  const words = useWords();
  return (
    <span className="fleet-basis small soft">
      {componentName && <span className="fleet-basis-name">{words.own(componentName)}</span>}
      {componentName && dataQuality !== null && <span>{'\u00a0·\u00a0'}</span>}
      {dataQuality !== null && <span>{words.t('fleet.qualityOf', { quality: words.percent(dataQuality) })}</span>}
    </span>
  );
};

const cellText = (
  words: Words,
  { machine, dataQuality, lastSampleAt }: FleetRow,
  column: Exclude<FleetColumn, 'life' | 'state'>,
): string => {
  switch (column) {
    case 'serialNumber':
      return machine.serialNumber || '–';
    case 'quality':
      return dataQuality === null ? '–' : words.percent(dataQuality);
    case 'measured':
      return lastSampleAt ? momentText(words, lastSampleAt, machine.timeZone) : '–';
  }
};

/** What stands in a column of a row. */
const FleetCell = ({ row, column, maxDays }: { row: FleetRow; column: FleetColumn; maxDays: number }) => {
  const words = useWords();
  if (column === 'life')
    return (
      <td className="fleet-life">
        <LifeBand rulDays={row.rulDays} maxDays={maxDays} whyNone={noDataText(words, row)} />
        <Basis row={row} />
      </td>
    );
  if (column === 'state')
    return (
      <td className="fleet-state">
        <FleetState row={row} words={words} />
      </td>
    );
  return (
    <td className="fleet-fact" data-label={words.t(`fleet.${column}`)}>
      {cellText(words, row, column)}
    </td>
  );
};

export const FleetLine = ({
  row,
  columns,
  maxDays,
  chosen,
  onChoose,
}: {
  row: FleetRow;
  columns: readonly FleetColumn[];
  maxDays: number;
  chosen: boolean;
  onChoose: () => void;
}) => {
  const words = useWords();
  const { machine } = row;
  return (
    <tr aria-current={chosen || undefined} className={row.healthGrade} onMouseDown={onChoose}>
      <td className="fleet-health">
        <HealthBadge grade={row.healthGrade} isNotAsUsual={row.isNotAsUsual} />
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
      {columns.map((column) => (
        <FleetCell key={column} row={row} column={column} maxDays={maxDays} />
      ))}
    </tr>
  );
};
