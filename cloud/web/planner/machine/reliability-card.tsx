import './reliability-card.css';
import { releaseGate } from '@kuluma/shared/model/model-life.ts';
import type { ComponentReliabilityView, ReliabilityView } from '@kuluma/shared/model/views/models.ts';
import { useState } from 'react';
import { useWords } from '../../parts/language.tsx';
import type { Words } from '../../parts/words.ts';
import { ReliabilityFigures } from '../reliability-figures.tsx';
import { ReliabilityPlot, ReliabilityTable } from './reliability-plot.tsx';

/** Lives below which the held-out machines tell more than what has matured in service. */
const leastLiveLives = 3;

type Source = 'live' | 'heldOut';

const noteOf = (words: Words, source: Source, { machines }: ReliabilityView): string =>
  words.t(`reliability.${source}Note`, { machines });

/** Were we right: what was said of a component against what happened, by where the figures come from. */
export const ReliabilityCard = ({ component }: { component: ComponentReliabilityView }) => {
  const words = useWords();
  const { live, heldOut, release } = component;
  const [asked, setAsked] = useState<Source | null>(null);
  const [askedHorizon, setAskedHorizon] = useState<number | null>(null);
  const standard: Source = live && (live.lives >= leastLiveLives || !heldOut) ? 'live' : 'heldOut';
  const source = asked && component[asked] ? asked : standard;
  const reliability = component[source];
  if (!reliability)
    return (
      <section className="reliability" aria-label={words.t('reliability.title')}>
        <h2>{words.t('reliability.title')}</h2>
        <p className="soft">{words.t('reliability.none')}</p>
      </section>
    );
  const shown = reliability.horizons.filter(({ bins }) => bins.length > 0);
  // In the middle both what comes true and what does not have been seen often.
  const horizon = shown.find((one) => one.horizon === askedHorizon) ?? shown[shown.length >> 1];
  return (
    <section className="reliability" aria-label={words.t('reliability.title')}>
      <div className="reliability-head">
        <h2>{words.t('reliability.title')}</h2>
        <span className={`release ${release}`}>{words.t(`release.${release}`)}</span>
        {live && heldOut && (
          <fieldset className="spans">
            <legend className="visually-hidden">{words.t('reliability.source')}</legend>
            {(['live', 'heldOut'] as const).map((one) => (
              <button type="button" key={one} aria-pressed={one === source} onClick={() => setAsked(one)}>
                {words.t(`reliability.${one}`)}
              </button>
            ))}
          </fieldset>
        )}
      </div>
      {release === 'advisory' && <p>{words.t('release.advisoryNote', { floor: words.percent(releaseGate.floor) })}</p>}
      <p className="soft">{noteOf(words, source, reliability)}</p>
      <ReliabilityFigures reliability={reliability} />
      {horizon && (
        <>
          <fieldset className="spans">
            <legend className="small soft">{words.t('reliability.plot')}</legend>
            {shown.map((one) => (
              <button
                type="button"
                key={one.horizon}
                aria-pressed={one === horizon}
                onClick={() => setAskedHorizon(one.horizon)}
              >
                {words.t('reliability.within', {
                  horizon: words.number(one.horizon),
                  unit: words.t(`reliability.unit.${reliability.unit}`),
                })}
              </button>
            ))}
          </fieldset>
          <div className="reliability-shown">
            <ReliabilityPlot bins={horizon.bins} />
            <ReliabilityTable bins={horizon.bins} />
          </div>
        </>
      )}
    </section>
  );
};
