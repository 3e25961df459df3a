import { mostPhotoBytes } from '@kuluma/shared/model/visit-files.ts';
import { type PointerEvent, useEffect, useRef, useState } from 'react';
import { useWords } from '../parts/language.tsx';
import { drawPicture, jpegOf } from '../parts/small-picture.ts';

/** Longest side of a photo in the report; a label on a machine can be read at it. */
const mostPixels = 1600;
/** Seen on rust and on paint. */
const pen = { style: '#d1101f', share: 1 / 90 } as const;

/** The photo, on which a finger draws what matters. */
export const PhotoMarker = ({
  file,
  onUse,
  onCancel,
  onNoPicture,
}: {
  file: File;
  /** @returns once the phone has tried to keep it. */
  onUse: (jpeg: Blob) => Promise<void>;
  onCancel: () => void;
  onNoPicture: () => void;
}) => {
  const words = useWords();
  const canvas = useRef<HTMLCanvasElement>(null);
  const last = useRef<{ x: number; y: number } | null>(null);
  const [isDrawn, setDrawn] = useState(false);
  const [isBusy, setBusy] = useState(false);
  const draw = async (): Promise<void> => {
    if (canvas.current && !(await drawPicture(file, canvas.current, mostPixels))) onNoPicture();
    setDrawn(true);
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: a marker is made for one file
  useEffect(() => void draw(), [file]);
  const pointOf = ({ currentTarget, clientX, clientY }: PointerEvent<HTMLCanvasElement>) => {
    const { left, top, width, height } = currentTarget.getBoundingClientRect();
    return {
      x: ((clientX - left) / width) * currentTarget.width,
      y: ((clientY - top) / height) * currentTarget.height,
    };
  };
  const move = (event: PointerEvent<HTMLCanvasElement>) => {
    const paper = event.currentTarget.getContext('2d');
    const from = last.current;
    if (!from || !paper) return;
    const to = pointOf(event);
    paper.strokeStyle = pen.style;
    paper.lineWidth = Math.max(event.currentTarget.width, event.currentTarget.height) * pen.share;
    paper.lineCap = 'round';
    paper.beginPath();
    paper.moveTo(from.x, from.y);
    paper.lineTo(to.x, to.y);
    paper.stroke();
    last.current = to;
  };
  const use = async () => {
    // The second of two taps would make a second photo.
    setBusy(true);
    const jpeg = canvas.current && (await jpegOf(canvas.current, mostPhotoBytes));
    if (jpeg) await onUse(jpeg);
    else onNoPicture();
    setBusy(false);
  };
  const lift = () => {
    last.current = null;
  };
  return (
    <div className="photo-marker">
      <p>{words.t('photo.mark')}</p>
      <canvas
        ref={canvas}
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId);
          last.current = pointOf(event);
        }}
        onPointerMove={move}
        onPointerUp={lift}
        onPointerCancel={lift}
      />
      <button type="button" className="button" disabled={!isDrawn || isBusy} onClick={() => void use()}>
        {words.t('photo.use')}
      </button>
      <button type="button" className="button plain" onClick={() => void draw()}>
        {words.t('photo.undo')}
      </button>
      <button type="button" className="button plain" onClick={onCancel}>
        {words.t('phone.back')}
      </button>
    </div>
  );
};
