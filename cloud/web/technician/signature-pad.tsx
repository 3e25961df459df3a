import './signature-pad.css';
import { signatureBox } from '@kuluma/shared/model/visit-work.ts';
import { type PointerEvent, useState } from 'react';
import { useWords } from '../parts/language.tsx';

type Strokes = readonly (readonly number[])[];

/** What a stroke may hold; a pen that stays down longer begins a new one. */
const mostNumbers = 1000;
const mostStrokes = 100;

const pathOf = (stroke: readonly number[]): string => {
  const points: string[] = [];
  for (let i = 0; i + 1 < stroke.length; i += 2) points.push(`${stroke[i]} ${stroke[i + 1]}`);
  // A touch without a move is a dot.
  return `M${points.join('L')}${points.length === 1 ? 'h1' : ''}`;
};

/** Where a finger or a pen signs. The lines are kept, not a picture of them. */
export const SignaturePad = ({ strokes, onChange }: { strokes: Strokes; onChange: (strokes: Strokes) => void }) => {
  const words = useWords();
  const [drawn, setDrawn] = useState<readonly number[] | null>(null);
  const pointOf = ({ currentTarget, clientX, clientY }: PointerEvent<SVGSVGElement>): number[] => {
    const { left, top, width, height } = currentTarget.getBoundingClientRect();
    const within = (share: number, size: number) => Math.round(Math.min(1, Math.max(0, share)) * size);
    return [
      within((clientX - left) / width, signatureBox.width),
      within((clientY - top) / height, signatureBox.height),
    ];
  };
  const keep = (stroke: readonly number[]) => {
    if (strokes.length < mostStrokes) onChange([...strokes, stroke]);
  };
  const move = (event: PointerEvent<SVGSVGElement>) => {
    if (!drawn) return;
    const isFull = drawn.length >= mostNumbers;
    if (isFull) keep(drawn);
    setDrawn([...(isFull ? drawn.slice(-2) : drawn), ...pointOf(event)]);
  };
  const end = () => {
    if (drawn) keep(drawn);
    setDrawn(null);
  };
  const label = words.t(strokes.length > 0 ? 'sign.signed' : 'sign.here');
  return (
    <div className="signature">
      {/* The name of the pad, for eyes: an empty box says nothing. */}
      <p aria-hidden="true">{label}</p>
      <svg
        role="img"
        aria-label={label}
        viewBox={`0 0 ${signatureBox.width} ${signatureBox.height}`}
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId);
          setDrawn(pointOf(event));
        }}
        onPointerMove={move}
        onPointerUp={end}
        onPointerCancel={end}
      >
        {[...strokes, ...(drawn ? [drawn] : [])].map((stroke, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a stroke is its place among the strokes
          <path key={at} d={pathOf(stroke)} />
        ))}
      </svg>
      <button type="button" className="button plain" disabled={strokes.length === 0} onClick={() => onChange([])}>
        {words.t('sign.clear')}
      </button>
    </div>
  );
};
