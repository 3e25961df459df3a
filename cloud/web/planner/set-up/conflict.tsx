import type { SetUpEntryView } from '@kuluma/shared/model/views/set-up.ts';
import { Button, Group } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useWords } from '../../parts/language.tsx';
import { ChangeLine } from './change-list.tsx';

type Changed = Pick<SetUpEntryView, 'changes'>;

/** What was changed between two looks at the same thing. */
export const changesSince = (now: Changed, before: Changed): SetUpEntryView['changes'] =>
  now.changes.slice(0, Math.max(0, now.changes.length - before.changes.length) || 1);

/** Somebody was faster: who changed what, and whose words are to stand. */
export const Conflict = ({
  changes,
  onTake,
  onKeep,
}: {
  changes: SetUpEntryView['changes'];
  onTake: () => void;
  onKeep: () => void;
}) => {
  const words = useWords();
  return (
    <div className="problem" role="alert">
      <IconAlertTriangle size={20} aria-hidden="true" />
      <div>
        <p className="problem-what">{words.t('setUp.conflict')}</p>
        <ul>
          {changes.map((change) => (
            <ChangeLine key={change.at} change={change} />
          ))}
        </ul>
        <p>{words.t('setUp.conflict.todo')}</p>
        <Group mt="xs">
          <Button onClick={onTake}>{words.t('setUp.conflict.take')}</Button>
          <Button onClick={onKeep}>{words.t('setUp.conflict.keep')}</Button>
        </Group>
      </div>
    </div>
  );
};
