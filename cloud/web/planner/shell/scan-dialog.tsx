import { Modal } from '@mantine/core';
import { CodeCamera } from '../../parts/code-camera.tsx';
import { labelledMachine } from '../../parts/label-code.ts';
import { useWords } from '../../parts/language.tsx';

/** Opens the machine whose label is held before the camera. */
export const ScanDialog = ({ onMachine, onClose }: { onMachine: (machineId: string) => void; onClose: () => void }) => {
  const words = useWords();
  const open = (code: string): boolean => {
    const machineId = labelledMachine(code);
    if (machineId) onMachine(machineId);
    return machineId !== undefined;
  };
  return (
    <Modal
      opened
      onClose={onClose}
      title={words.t('scan.title')}
      closeButtonProps={{ 'aria-label': words.t('cancel') }}
    >
      <CodeCamera hold={words.t('scan.hold')} otherCode={words.t('scan.otherCode')} onCode={open} />
    </Modal>
  );
};
