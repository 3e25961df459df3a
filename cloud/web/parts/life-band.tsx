import './life-band.css';
import type { Quantiles } from '@kuluma/shared/model/forecast.ts';
import { useWords } from './language.tsx';
import { lifeText } from './sentences.ts';

/**
 * Places of the quantiles, 0..100, on a root scale that ends at `maxDays`: the coming weeks, where people decide, get
 * more room than the far months.
 */
export const bandPlaces = (rulDays: Quantiles, maxDays: number) => {
  const place = (days: number) => 100 * Math.sqrt(Math.min(Math.max(days, 0), maxDays) / maxDays);
  return {
    p05: place(rulDays.p05),
    p10: place(rulDays.p10),
    p50: place(rulDays.p50),
    p90: place(rulDays.p90),
    p95: place(rulDays.p95),
  };
};

/** Remaining life as words and a small band: P05-P95 light, P10-P90 darker, the median a line. Left edge is now. */
export const LifeBand = ({
  rulDays,
  maxDays,
  whyNone,
}: {
  rulDays: Quantiles | null;
  maxDays: number;
  /** Said in place of a forecast. */
  whyNone?: string | undefined;
}) => {
  const words = useWords();
  if (!rulDays) {
    return (
      <span className="life">
        <span className="life-words soft">{whyNone ?? words.t('life.unknown')}</span>
        <span className="life-none" aria-hidden="true" />
      </span>
    );
  }
  const at = bandPlaces(rulDays, maxDays);
  return (
    <span className="life">
      <span className="life-words">{lifeText(words, rulDays)}</span>
      <svg className="life-glyph" viewBox="0 0 100 12" preserveAspectRatio="none" aria-hidden="true">
        <line x1="0.5" x2="0.5" y1="0" y2="12" className="life-now" />
        <line x1="0" x2="100" y1="6" y2="6" className="life-axis" />
        <rect x={at.p05} width={Math.max(at.p95 - at.p05, 1)} y="2" height="8" className="life-light" />
        <rect x={at.p10} width={Math.max(at.p90 - at.p10, 1)} y="2" height="8" className="life-dark" />
        <line x1={at.p50} x2={at.p50} y1="0" y2="12" className="life-median" />
      </svg>
    </span>
  );
};
