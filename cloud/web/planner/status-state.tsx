import { IconAlertTriangle, IconCircleCheck, IconCircleDashed } from '@tabler/icons-react';

const icons = { good: IconCircleCheck, critical: IconAlertTriangle, unknown: IconCircleDashed } as const;

/** Whether a piece of machinery works, as icon, word and colour. */
export const StatusState = ({ state, word }: { state: keyof typeof icons; word: string }) => {
  const Icon = icons[state];
  return (
    <span className={`status-state ${state}`}>
      <Icon size={16} aria-hidden="true" />
      {word}
    </span>
  );
};
