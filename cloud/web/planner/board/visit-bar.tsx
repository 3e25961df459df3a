import {
  IconAlertTriangle,
  IconCertificate,
  IconHourglass,
  IconLock,
  IconPackage,
  IconTool,
  IconUsers,
} from '@tabler/icons-react';
import { useWords } from '../../parts/language.tsx';
import type { BoardEntry, Lane } from './board-entries.ts';
import { entryText } from './board-sentences.ts';
import { barHeight, barTop } from './geometry.ts';
import { type TimeScale, xOf } from './time-scale.ts';

export interface BarPlace extends Lane {
  /** Left edge of the cell that the bar stands in. */
  readonly originX: number;
}

/** Below this a bar has room for nothing but the name of its machine. */
const roomForSite = 64;

/** One visit in a row: machine and site, one line of badges, and the way there and home as thin bars. */
export const VisitBar = ({
  entry,
  scale,
  place,
  isStop,
  isOpen,
  isHeld,
}: {
  entry: BoardEntry;
  scale: TimeScale;
  place: BarPlace;
  /** The one stop of the row for the Tab key. */
  isStop: boolean;
  isOpen: boolean;
  /** In hand: what is left of it is where it came from. */
  isHeld: boolean;
}) => {
  const words = useWords();
  const left = xOf(scale, entry.fromMs) - place.originX;
  const width = Math.max(8, xOf(scale, entry.toMs) - place.originX - left);
  const height = barHeight / place.lanes;
  const { visit } = entry;
  const conflicts = visit?.conflicts ?? [];
  const state = conflicts.length > 0 ? 'conflict' : entry.was ? 'changed' : (visit?.state ?? 'changed');
  return (
    <>
      <Travel scale={scale} span={entry.driveThere} originX={place.originX} />
      <Travel scale={scale} span={entry.driveHome} originX={place.originX} />
      <button
        type="button"
        className="board-bar"
        data-entry={entry.entryId}
        data-state={state}
        data-narrow={width < roomForSite || place.lanes > 1 || undefined}
        data-held={isHeld || undefined}
        aria-current={isOpen || undefined}
        aria-label={entryText(words, entry, scale.timeZone)}
        tabIndex={isStop ? 0 : -1}
        style={{ left, width, top: barTop + place.lane * height, height: height - (place.lanes > 1 ? 1 : 0) }}
      >
        <span className="board-bar-name">
          {entry.tag}
          <span className="board-bar-site"> {entry.siteName}</span>
        </span>
        <span className="board-bar-badges">
          <Badges entry={entry} />
        </span>
      </button>
    </>
  );
};

const Badges = ({ entry: { visit, work } }: { entry: BoardEntry }) => (
  <>
    {(visit?.conflicts.length ?? 0) > 0 && <IconAlertTriangle size={12} />}
    {visit?.pinned && <IconLock size={12} />}
    {visit?.state === 'held' && <IconHourglass size={12} />}
    {visit?.parts.some(({ from }) => from === 'supplier') && <IconPackage size={12} />}
    {visit?.secondTechnicianId && <IconUsers size={12} />}
    {(work?.tools.length ?? 0) > 0 && <IconTool size={12} />}
    {(work?.certificates.length ?? 0) > 0 && <IconCertificate size={12} />}
    <span className="board-bar-skill">{work?.skills[0] && <SkillName skill={work.skills[0].skill} />}</span>
  </>
);

const SkillName = ({ skill }: { skill: string }) => useWords().coded('skill', skill, skill);

const Travel = ({ scale, span, originX }: { scale: TimeScale; span: BoardEntry['driveThere']; originX: number }) => {
  if (!span) return null;
  const left = xOf(scale, span.fromMs);
  const width = xOf(scale, span.toMs) - left;
  return width > 1 ? <span className="board-travel" style={{ left: left - originX, width }} /> : null;
};
