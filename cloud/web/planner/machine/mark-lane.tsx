import './mark-lane.css';
import { useMemo } from 'react';
import { useWords } from '../../parts/language.tsx';
import { useWidth } from '../../parts/use-width.ts';
import { groupMarks, type Mark, type MarkGroup } from './marks.ts';
import type { TimeLineFacts } from './time-line-facts.ts';
import { axisWidthPx, rightPadPx } from './uplot-chart.tsx';

const markPx = 24;
const mostWords = 3;

const wordsOf = ({ marks }: MarkGroup, more: (count: number) => string): string[] => [
  ...marks.slice(0, mostWords).map(({ text }) => text),
  ...(marks.length > mostWords ? [more(marks.length - mostWords)] : []),
];

/** What happened to the machine, as marks on the time axis of the charts; the words stand below on focus. */
export const MarkLane = ({
  marks,
  facts,
  shown,
  onShow,
}: {
  marks: readonly Mark[];
  facts: TimeLineFacts;
  shown: MarkGroup | null;
  onShow: (group: MarkGroup) => void;
}) => {
  const words = useWords();
  const [frame, width] = useWidth<HTMLDivElement>();
  const { fromMs, toMs } = facts.window;
  const plotPx = Math.max(1, width - axisWidthPx - rightPadPx);
  const groups = useMemo(
    () => groupMarks(marks, { fromMs, toMs }, ((toMs - fromMs) * markPx) / plotPx),
    [marks, fromMs, toMs, plotPx],
  );
  const count = groups.reduce((sum, group) => sum + group.marks.length, 0);
  const more = (left: number) => words.t('timeLine.more', { count: left });
  return (
    <>
      <div className="mark-lane" ref={frame}>
        {width > 0 &&
          groups.map((group) => {
            const [{ kind }, ...others] = group.marks;
            return (
              <button
                type="button"
                key={group.atMs}
                className={others.length > 0 ? 'mark many' : `mark ${kind}`}
                style={{
                  insetInlineStart: axisWidthPx + (plotPx * (group.atMs - fromMs)) / (toMs - fromMs) - markPx / 2,
                }}
                data-count={group.marks.length}
                aria-label={wordsOf(group, more).join('. ')}
                onMouseEnter={() => onShow(group)}
                onFocus={() => onShow(group)}
                onClick={() => onShow(group)}
              />
            );
          })}
      </div>
      <div className="mark-words small soft">
        {(shown ? wordsOf(shown, more) : [words.t('chart.events', { count })]).map((line) => (
          <p key={line}>{line}</p>
        ))}
      </div>
    </>
  );
};
