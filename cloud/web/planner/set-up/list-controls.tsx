import { ActionIcon, Button, NativeSelect, TextInput } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { type ReactNode, useId } from 'react';
import { useWords } from '../../parts/language.tsx';
import type { FieldFault } from './draft.ts';
import { FaultLine } from './fault-text.tsx';

/** A list whose lines are added, filled in and taken away one by one. */
export const LineList = <Line,>({
  legend,
  lines,
  fault,
  addLabel,
  removeLabel,
  onAdd,
  onRemove,
  children,
}: {
  legend: string;
  lines: readonly Line[];
  fault?: FieldFault | undefined;
  addLabel: string;
  removeLabel: (line: Line, at: number) => string;
  onAdd: () => void;
  onRemove: (at: number) => void;
  children: (line: Line, at: number) => ReactNode;
}) => (
  <fieldset className="set-up-fieldset">
    <legend>{legend}</legend>
    {lines.map((line, at) => (
      // biome-ignore lint/suspicious/noArrayIndexKey: a line has nothing else that stays while it is typed
      <div className="set-up-line" key={at}>
        {children(line, at)}
        <ActionIcon
          className="set-up-remove"
          variant="subtle"
          size="lg"
          aria-label={removeLabel(line, at)}
          title={removeLabel(line, at)}
          onClick={() => onRemove(at)}
        >
          <IconTrash size={18} aria-hidden="true" />
        </ActionIcon>
      </div>
    ))}
    <FaultLine fault={fault} />
    <div>
      <Button
        variant="subtle"
        size="compact-sm"
        leftSection={<IconPlus size={16} aria-hidden="true" />}
        onClick={onAdd}
      >
        {addLabel}
      </Button>
    </div>
  </fieldset>
);

const without = <T,>(list: readonly T[], at: number): T[] => list.filter((_, i) => i !== at);
const replaced = <T,>(list: readonly T[], at: number, next: T): T[] => list.map((one, i) => (i === at ? next : one));

interface ListProps<Line> {
  readonly legend: string;
  readonly fault?: FieldFault | undefined;
  readonly value: readonly Line[];
  readonly onChange: (value: Line[]) => void;
}

const knownSkills = [
  ...['rotatingMachines', 'vibration', 'electrical', 'compressedAir', 'conveyors', 'hydraulics', 'machineTools'],
  'mechanics',
];
const knownCertificates = ['hotWork', 'electricalWork'];

/** Words that are known already; any other may be typed. */
const Suggestions = ({ id, codes }: { id: string; codes: readonly string[] }) => {
  const words = useWords();
  return (
    <datalist id={id}>
      {codes.map((code) => (
        <option key={code} value={code}>
          {words.coded('skill', code, code)}
        </option>
      ))}
    </datalist>
  );
};

/** A code, with what it is called where it is known. */
const CodeInput = ({
  label,
  list,
  code,
  onChange,
}: {
  label: string;
  list: string;
  code: string;
  onChange: (code: string) => void;
}) => {
  const words = useWords();
  return (
    <TextInput
      label={label}
      required
      list={list}
      value={code}
      description={words.coded('skill', code, '') || undefined}
      inputWrapperOrder={['label', 'input', 'description', 'error']}
      onChange={(event) => onChange(event.currentTarget.value.trim())}
    />
  );
};

const levels = ['1', '2', '3', '4', '5'];

/** What a technician can do, or a repair asks for, with its level from 1 to 5. */
export const SkillList = ({ legend, fault, value, onChange }: ListProps<{ skill: string; level: number }>) => {
  const words = useWords();
  const list = useId();
  return (
    <LineList
      legend={legend}
      lines={value}
      fault={fault}
      addLabel={words.t('setUp.skill.add')}
      removeLabel={({ skill }) => words.t('setUp.remove', { name: words.coded('skill', skill, skill) })}
      onAdd={() => onChange([...value, { skill: '', level: 1 }])}
      onRemove={(at) => onChange(without(value, at))}
    >
      {(line, at) => (
        <>
          <CodeInput
            label={words.t('setUp.skill.name')}
            list={list}
            code={line.skill}
            onChange={(code) => onChange(replaced(value, at, { ...line, skill: code }))}
          />
          <NativeSelect
            className="set-up-narrow"
            label={words.t('setUp.skill.level')}
            value={String(line.level)}
            data={levels}
            onChange={(event) => onChange(replaced(value, at, { ...line, level: Number(event.currentTarget.value) }))}
          />
          {at === 0 && <Suggestions id={list} codes={knownSkills} />}
        </>
      )}
    </LineList>
  );
};

/** Proofs with the last day on which each holds. */
export const CertificateList = ({
  legend,
  fault,
  value,
  onChange,
}: ListProps<{ code: string; validUntilOn: string }>) => {
  const words = useWords();
  const list = useId();
  return (
    <LineList
      legend={legend}
      lines={value}
      fault={fault}
      addLabel={words.t('setUp.certificate.add')}
      removeLabel={({ code }) => words.t('setUp.remove', { name: words.coded('skill', code, code) })}
      onAdd={() => onChange([...value, { code: '', validUntilOn: '' }])}
      onRemove={(at) => onChange(without(value, at))}
    >
      {(line, at) => (
        <>
          <CodeInput
            label={words.t('setUp.certificate.name')}
            list={list}
            code={line.code}
            onChange={(code) => onChange(replaced(value, at, { ...line, code }))}
          />
          <TextInput
            type="date"
            label={words.t('setUp.certificate.until')}
            required
            value={line.validUntilOn}
            onChange={(event) => onChange(replaced(value, at, { ...line, validUntilOn: event.currentTarget.value }))}
          />
          {at === 0 && <Suggestions id={list} codes={knownCertificates} />}
        </>
      )}
    </LineList>
  );
};

/** Certificates that a repair asks for. */
export const CodeList = ({ legend, fault, value, onChange }: ListProps<string>) => {
  const words = useWords();
  const list = useId();
  return (
    <LineList
      legend={legend}
      lines={value}
      fault={fault}
      addLabel={words.t('setUp.certificate.add')}
      removeLabel={(code) => words.t('setUp.remove', { name: words.coded('skill', code, code) })}
      onAdd={() => onChange([...value, ''])}
      onRemove={(at) => onChange(without(value, at))}
    >
      {(code, at) => (
        <>
          <CodeInput
            label={words.t('setUp.certificate.name')}
            list={list}
            code={code}
            onChange={(next) => onChange(replaced(value, at, next))}
          />
          {at === 0 && <Suggestions id={list} codes={knownCertificates} />}
        </>
      )}
    </LineList>
  );
};
