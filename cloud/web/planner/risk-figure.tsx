import '../parts/life-band.css';
import './risk-figure.css';
import type { Quantiles } from '@kuluma/shared/model/forecast.ts';
import type { DecisionView } from '@kuluma/shared/model/views/decision.ts';
import { useWords } from '../parts/language.tsx';
import { useWidth } from '../parts/use-width.ts';

const height = 188;
const pad = { left: 72, right: 16, top: 20, bottom: 44 };
const dayMs = 86_400_000;

/** Round steps of money: 1, 2 or 5 times a power of ten. */
const ceilingOf = (cents: number): number => {
  const power = 10 ** Math.floor(Math.log10(Math.max(cents, 100)));
  return power * ([1, 2, 5, 10].find((step) => step * power >= cents) ?? 10);
};

/** What a failure is expected to cost if the service waits, beside the cost of the visit, the window and the offered times. */
export const RiskFigure = ({ decision }: { decision: DecisionView }) => {
  const words = useWords();
  const [frame, width] = useWidth<HTMLElement>();
  const risk = decision.riskOfWaiting.map((point) => ({ ...point, ms: Date.parse(point.at) }));
  const zone = decision.machine.timeZone;
  const fromMs = risk[0]?.ms ?? 0;
  const riskToMs = risk.at(-1)?.ms ?? fromMs + 1;
  const rulDays = decision.forecast?.rulDays ?? null;
  const forecastMs = Date.parse(decision.forecast?.forecastAt ?? decision.createdAt);
  const failureMs = (days: number) => forecastMs + days * dayMs;
  // Room for the failure band, but never so much that the curve becomes a corner of its own figure.
  const toMs = Math.max(riskToMs, Math.min(rulDays ? failureMs(rulDays.p95) : 0, fromMs + 2.5 * (riskToMs - fromMs)));
  const x = (ms: number) =>
    pad.left +
    ((width - pad.left - pad.right) * (Math.min(Math.max(ms, fromMs), toMs) - fromMs)) / (toMs - fromMs || 1);
  const visitCents = decision.slots[0]?.costCents ?? 0;
  const mostCents = ceilingOf(Math.max(visitCents, ...risk.map(({ expectedCostCents }) => expectedCostCents)));
  const y = (cents: number) => pad.top + (height - pad.top - pad.bottom) * (1 - cents / mostCents);
  const curve = risk.map((point, i) => `${i === 0 ? 'M' : 'L'}${x(point.ms)},${y(point.expectedCostCents)}`).join('');
  const windowFrom = x(Date.parse(decision.windowFromAt));
  const windowTo = x(Date.parse(decision.windowToAt));
  const last = risk.at(-1);
  return (
    <figure ref={frame} className="risk">
      {width > 0 && last && (
        <svg width={width} height={height} aria-hidden="true">
          {[0, 0.5, 1].map((share) => (
            <g key={share}>
              <line
                x1={pad.left}
                x2={width - pad.right}
                y1={y(share * mostCents)}
                y2={y(share * mostCents)}
                className="risk-grid"
              />
              <text x={pad.left - 8} y={y(share * mostCents) + 4} textAnchor="end">
                {words.roughMoney(share * mostCents)}
              </text>
            </g>
          ))}
          <rect
            x={windowFrom}
            width={Math.max(windowTo - windowFrom, 1)}
            y={pad.top}
            height={height - pad.top - pad.bottom}
            className="risk-window"
          />
          <text x={windowFrom + 4} y={pad.top - 6}>
            {words.t('decision.window')}
          </text>
          {visitCents > 0 && (
            <>
              <line x1={pad.left} x2={width - pad.right} y1={y(visitCents)} y2={y(visitCents)} className="risk-visit" />
              <text x={width - pad.right} y={y(visitCents) - 5} textAnchor="end">
                {words.t('decision.costVisit', { cost: words.roughMoney(visitCents) })}
              </text>
            </>
          )}
          <path d={curve} className="risk-curve" />
          {decision.slots.map((slot, index) => (
            <g key={slot.slotId}>
              <line
                x1={x(Date.parse(slot.startAt))}
                x2={x(Date.parse(slot.startAt))}
                y1={y(0) - 10}
                y2={y(0)}
                className="risk-slot"
              />
              <text x={x(Date.parse(slot.startAt))} y={y(0) - 14} textAnchor="middle">
                {index + 1}
              </text>
            </g>
          ))}
          {rulDays && <FailureBand rulDays={rulDays} place={(days) => x(failureMs(days))} top={y(0) + 6} />}
          <text x={pad.left} y={height - 8}>
            {words.day(fromMs, zone)}
          </text>
          <text x={width - pad.right} y={height - 8} textAnchor="end">
            {words.day(toMs, zone)}
          </text>
        </svg>
      )}
      {last && (
        <figcaption className="small soft">
          {risk[0] && words.t('decision.costNow', { cost: words.roughMoney(risk[0].expectedCostCents) })}{' '}
          {words.t('decision.riskSummary', {
            day: words.day(last.ms, zone),
            probability: words.percent(last.failureProbability),
            cost: words.roughMoney(last.expectedCostCents),
          })}
        </figcaption>
      )}
    </figure>
  );
};

/** When the failure is expected, on the same axis: P05-P95 light, P10-P90 darker, the median a line. */
const FailureBand = ({ rulDays, place, top }: { rulDays: Quantiles; place: (days: number) => number; top: number }) => (
  <g>
    <rect
      x={place(rulDays.p05)}
      width={place(rulDays.p95) - place(rulDays.p05)}
      y={top}
      height="8"
      className="life-light"
    />
    <rect
      x={place(rulDays.p10)}
      width={place(rulDays.p90) - place(rulDays.p10)}
      y={top}
      height="8"
      className="life-dark"
    />
    <line x1={place(rulDays.p50)} x2={place(rulDays.p50)} y1={top - 2} y2={top + 10} className="life-median" />
  </g>
);
