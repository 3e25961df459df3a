import { setUpPaths } from '@kuluma/shared/model/set-up-paths.ts';
import type { SetUpEntryView } from '@kuluma/shared/model/views/set-up.ts';
import { NativeSelect } from '@mantine/core';
import { useState } from 'react';
import { useWords } from '../../parts/language.tsx';
import { useView } from '../../parts/queries.ts';
import { useReader } from '../../parts/signed-in.tsx';
import { type FieldFault, newSubject } from './draft.ts';
import { LineList } from './line-list.tsx';
import { NumberField } from './number-field.tsx';
import { ReferenceControl } from './reference-control.tsx';

type Subject = typeof newSubject;

/** The component types of a model, or of the model of a machine. */
const useComponents = ({ machineModelId, machineId }: Subject) => {
  const { organisationId } = useReader();
  const machine = useView<SetUpEntryView<'machines'>>(setUpPaths.entry(organisationId, 'machines', machineId ?? ''), {
    enabled: machineId !== null,
  });
  const modelId = machineModelId ?? (machineId === null ? undefined : machine.data?.entry.machineModelId);
  const model = useView<SetUpEntryView<'machine-models'>>(
    setUpPaths.entry(organisationId, 'machine-models', modelId ?? ''),
    { enabled: modelId !== undefined },
  );
  return modelId === undefined ? [] : (model.data?.entry.componentTypes ?? []);
};

const SubjectLine = ({ line, change }: { line: Subject; change: (line: Subject) => void }) => {
  const words = useWords();
  const [isMachine, setMachine] = useState(line.machineId !== null);
  const components = useComponents(line);
  return (
    <div className="set-up-names">
      <NativeSelect
        label={words.t('setUp.subject.of')}
        value={isMachine ? 'machine' : 'model'}
        data={(['model', 'machine'] as const).map((one) => ({ value: one, label: words.t(`setUp.subject.${one}`) }))}
        onChange={({ currentTarget }) => {
          setMachine(currentTarget.value === 'machine');
          change({ ...newSubject, page: line.page });
        }}
      />
      {isMachine ? (
        <ReferenceControl
          to={['machines']}
          none={undefined}
          label={words.t('setUp.record.machine')}
          value={line.machineId}
          onChange={(machineId) => change({ ...newSubject, page: line.page, machineId })}
        />
      ) : (
        <ReferenceControl
          to={['machine-models']}
          none={undefined}
          label={words.t('setUp.record.machineModel')}
          value={line.machineModelId}
          onChange={(machineModelId) => change({ ...newSubject, page: line.page, machineModelId })}
        />
      )}
      <NativeSelect
        label={words.t('setUp.subject.component')}
        value={line.componentCode ?? ''}
        data={[
          { value: '', label: words.t('setUp.subject.all') },
          ...components.map(({ code, name }) => ({ value: code, label: words.own(name) })),
        ]}
        onChange={({ currentTarget: { value } }) => change({ ...line, componentCode: value === '' ? null : value })}
      />
      <NumberField
        className="set-up-narrow"
        label={words.t('setUp.subject.page')}
        min={1}
        allowDecimal={false}
        value={line.page}
        onChange={(page) => change({ ...line, page })}
      />
    </div>
  );
};

/** The models and machines that a document is about, each with a component and a page if it has one. */
export const SubjectLines = (props: {
  legend: string;
  fault: FieldFault | undefined;
  value: readonly Subject[];
  onChange: (value: Subject[]) => void;
}) => {
  const words = useWords();
  return (
    <LineList
      {...props}
      most={60}
      addLabel={words.t('setUp.subject.add')}
      removeLabel={(_, at) => words.t('setUp.subject.remove', { line: at + 1 })}
      empty={newSubject}
    >
      {(line, change) => <SubjectLine line={line} change={change} />}
    </LineList>
  );
};
