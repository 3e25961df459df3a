import type { ReliabilityView, ShareView } from '@kuluma/shared/model/views/models.ts';
import { useWords } from '../parts/language.tsx';
import type { Words } from '../parts/words.ts';

/** A share with its interval and of how many; a word where it was not measured. */
export const shareText = (words: Words, share: ShareView | null): string =>
  share
    ? words.t('reliability.share', {
        value: words.percent(share.value),
        low: words.percent(share.low),
        high: words.percent(share.high),
        n: words.number(share.n),
      })
    : words.t('reliability.notMeasured');

const leadText = (words: Words, { lead, unit }: ReliabilityView): string =>
  lead
    ? words.t('reliability.leadValue', {
        median: words.number(lead.median),
        low: words.number(lead.low),
        high: words.number(lead.high),
        n: words.number(lead.n),
        unit: words.t(`reliability.unit.${unit}`),
      })
    : words.t('reliability.notMeasured');

/** The four figures by which forecasts are judged. */
export const ReliabilityFigures = ({ reliability }: { reliability: ReliabilityView }) => {
  const words = useWords();
  return (
    <dl className="reliability-figures">
      <div>
        <dt className="small soft">{words.t('reliability.recall')}</dt>
        <dd>{shareText(words, reliability.alertRecall)}</dd>
      </div>
      <div>
        <dt className="small soft">{words.t('reliability.precision')}</dt>
        <dd>{shareText(words, reliability.alertPrecision)}</dd>
      </div>
      <div>
        <dt className="small soft">{words.t('reliability.coverage80')}</dt>
        <dd>{shareText(words, reliability.coverage80)}</dd>
      </div>
      <div>
        <dt className="small soft">{words.t('reliability.lead')}</dt>
        <dd>{leadText(words, reliability)}</dd>
      </div>
    </dl>
  );
};
