import { Modal } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import { useWords } from '../../parts/language.tsx';
import { createDetector, labelledMachine } from './label-code.ts';

/** Often enough to feel at once, seldom enough for an old phone. */
const lookEveryMs = 200;

/**
 * Shows the camera's picture and looks for a code in it.
 * @returns whether the camera may not be used, and whether what was read is no label of ours
 */
const useScan = (onMachine: (machineId: string) => void) => {
  const video = useRef<HTMLVideoElement>(null);
  const found = useRef(onMachine);
  const [problem, setProblem] = useState<'noCamera' | 'otherCode' | null>(null);
  useEffect(() => {
    found.current = onMachine;
  }, [onMachine]);
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
      if (ended.signal.aborted) return;
      const machineId = codes.map(({ rawValue }) => labelledMachine(rawValue)).find((id) => id !== undefined);
      if (machineId) return found.current(machineId);
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
    // A dialog that is closed while its picture starts has nobody left to tell.
    start().catch(() => !ended.signal.aborted && failed());
    return () => {
      ended.abort();
      stop();
    };
  }, []);
  return { video, problem };
};

/** Opens the machine whose label is held before the camera. */
export const ScanDialog = ({ onMachine, onClose }: { onMachine: (machineId: string) => void; onClose: () => void }) => {
  const words = useWords();
  const { video, problem } = useScan(onMachine);
  return (
    <Modal
      opened
      onClose={onClose}
      title={words.t('scan.title')}
      closeButtonProps={{ 'aria-label': words.t('cancel') }}
    >
      {problem !== 'noCamera' && (
        <video ref={video} className="scan-picture" muted playsInline aria-label={words.t('scan.picture')} />
      )}
      <p role="status">{words.t(`scan.${problem ?? 'hold'}`)}</p>
    </Modal>
  );
};
