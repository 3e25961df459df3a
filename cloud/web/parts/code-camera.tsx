import './code-camera.css';
import { useEffect, useRef, useState } from 'react';
import { createDetector } from './label-code.ts';
import { useWords } from './language.tsx';

/** Often enough to feel at once, seldom enough for an old phone. */
const lookEveryMs = 200;

/** @returns whether the code was the one looked for, which ends the search */
type TakeCode = (code: string) => boolean;

/**
 * Shows the camera's picture and looks for a code in it.
 * @returns whether the camera may not be used, and whether what was read is not what was looked for
 */
const useScan = (onCode: TakeCode) => {
  const video = useRef<HTMLVideoElement>(null);
  const take = useRef(onCode);
  const [problem, setProblem] = useState<'noCamera' | 'otherCode' | null>(null);
  useEffect(() => {
    take.current = onCode;
  }, [onCode]);
  useEffect(() => {
    const detector = createDetector();
    const ended = new AbortController();
    let stream: MediaStream | undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const stop = () => {
      clearTimeout(timer);
      for (const track of stream?.getTracks() ?? []) track.stop();
    };
    const look = async () => {
      const picture = video.current;
      if (ended.signal.aborted || !picture || !detector) return;
      const codes = picture.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA ? await detector.detect(picture) : [];
      if (ended.signal.aborted || codes.some(({ rawValue }) => take.current(rawValue))) return;
      if (codes.length > 0) setProblem('otherCode');
      timer = setTimeout(() => void look().catch(failed), lookEveryMs);
    };
    const failed = () => setProblem('noCamera');
    const start = async () => {
      stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment' } });
      if (ended.signal.aborted || !video.current) return stop();
      video.current.srcObject = stream;
      await video.current.play();
      await look();
    };
    // A page that leaves while its picture starts has nobody left to tell.
    start().catch(() => !ended.signal.aborted && failed());
    return () => {
      ended.abort();
      stop();
    };
  }, []);
  return { video, problem };
};

/** The camera's picture until a code is taken, and in words how to hold it. */
export const CodeCamera = ({
  hold,
  otherCode = hold,
  onCode,
}: {
  hold: string;
  otherCode?: string;
  onCode: TakeCode;
}) => {
  const words = useWords();
  const { video, problem } = useScan(onCode);
  return (
    <>
      {problem !== 'noCamera' && (
        <video ref={video} className="code-camera" muted playsInline aria-label={words.t('scan.picture')} />
      )}
      <p role="status">
        {problem === 'noCamera' ? words.t('scan.noCamera') : problem === 'otherCode' ? otherCode : hold}
      </p>
    </>
  );
};
