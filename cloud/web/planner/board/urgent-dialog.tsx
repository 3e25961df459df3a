import { apiPaths } from '@kuluma/shared/model/api.ts';
import type { BoardChange } from '@kuluma/shared/model/board.ts';
import { readableName } from '@kuluma/shared/model/sentences.ts';
import type { BoardView } from '@kuluma/shared/model/views/board.ts';
import type { MachineHead } from '@kuluma/shared/model/views/common.ts';
import type { MachineView } from '@kuluma/shared/model/views/machine.ts';
import { Button, Group, Modal, NativeSelect, NumberInput, Textarea } from '@mantine/core';
import { useState } from 'react';
import { useWords } from '../../parts/language.tsx';
import { useView } from '../../parts/queries.ts';
import { DaySelect } from './day-select.tsx';
import { MachineSelect } from './machine-select.tsx';
import { dayAfter, instantOf } from './zone-time.ts';

const shortestReason = 3;

/** A machine that cannot wait: where, what, how long, until when and why; the plan makes room for it in a copy. */
export const UrgentDialog = ({
  organisationId,
  board,
  today,
  onTry,
  onClose,
}: {
  organisationId: string;
  board: BoardView;
  today: string;
  onTry: (change: BoardChange) => void;
  onClose: () => void;
}) => {
  const words = useWords();
  const [head, setHead] = useState<MachineHead | null>(null);
  const machine = useView<MachineView>(apiPaths.machine(organisationId, head?.machineId ?? ''), {
    enabled: head !== null,
  });
  const [componentId, setComponentId] = useState('');
  const [action, setAction] = useState<'replace' | 'inspect'>('inspect');
  const [minutes, setMinutes] = useState(90);
  const [skill, setSkill] = useState('');
  const [latestOn, setLatestOn] = useState(dayAfter(today, 1));
  const [reason, setReason] = useState('');

  const components = head === null ? [] : (machine.data?.components ?? []);
  const component = components.find((one) => one.componentId === componentId) ?? components[0];
  const skills = [...new Set(board.technicians.flatMap((one) => one.skills.map((has) => has.skill)))];
  const isRight =
    machine.data !== undefined &&
    component !== undefined &&
    reason.trim().length >= shortestReason &&
    latestOn >= today;

  const submit = () => {
    if (!isRight) return;
    onTry({
      kind: 'urgent',
      machineId: machine.data.machine.machineId,
      componentId: component.componentId,
      action,
      durationMin: minutes,
      skills: skill === '' ? [] : [{ skill, level: 1 }],
      latestAt: new Date(instantOf(latestOn, 24 * 60, board.timeZone)).toISOString(),
      place: null,
      reason: reason.trim(),
    });
  };
  return (
    <Modal
      opened
      onClose={onClose}
      title={words.t('board.urgent')}
      closeButtonProps={{ 'aria-label': words.t('board.close') }}
    >
      <form
        className="board-form"
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <MachineSelect organisationId={organisationId} chosen={head} onChoose={setHead} />
        <NativeSelect
          label={words.t('board.urgent.component')}
          value={component?.componentId ?? ''}
          onChange={(event) => setComponentId(event.currentTarget.value)}
          disabled={components.length === 0}
          data={components.map((one) => ({ value: one.componentId, label: words.own(one.name) }))}
        />
        <div className="board-pair">
          <NativeSelect
            label={words.t('board.urgent.action')}
            value={action}
            onChange={(event) => setAction(event.currentTarget.value === 'replace' ? 'replace' : 'inspect')}
            data={(['inspect', 'replace'] as const).map((value) => ({
              value,
              label: words.t(`board.urgent.${value}`),
            }))}
          />
          <NumberInput
            label={words.t('board.urgent.minutes')}
            value={minutes}
            onChange={(value) => setMinutes(Number(value) || 0)}
            min={5}
            max={1440}
            step={15}
            hideControls
          />
        </div>
        <div className="board-pair">
          <NativeSelect
            label={words.t('board.skill')}
            value={skill}
            onChange={(event) => setSkill(event.currentTarget.value)}
            data={[
              { value: '', label: words.t('board.urgent.anySkill') },
              ...skills.map((value) => ({ value, label: words.coded('skill', value, readableName(value)) })),
            ]}
          />
          <DaySelect label={words.t('board.urgent.latest')} firstOn={today} value={latestOn} onChange={setLatestOn} />
        </div>
        <Textarea
          label={words.t('board.urgent.reason')}
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
          minLength={shortestReason}
          maxLength={500}
          required
        />
        <p className="soft">{words.t('board.tryFirst')}</p>
        <Group justify="flex-end">
          <Button onClick={onClose}>{words.t('cancel')}</Button>
          <Button type="submit" variant="filled" disabled={!isRight}>
            {words.t('board.showProposal')}
          </Button>
        </Group>
      </form>
    </Modal>
  );
};
