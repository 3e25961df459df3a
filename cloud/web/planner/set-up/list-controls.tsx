import { ActionIcon, Button, NativeSelect, TextInput } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { type ReactNode, useId } from 'react';
import { useWords } from '../../parts/language.tsx';
import type { FieldFault } from './draft.ts';
import { FaultLine } from './fault-text.tsx';

export const without = <T,>(list: readonly T[], at: number): T[] => list.filter((_, i) => i !== at);
export const replaced = <T,>(list: readonly T[], at: number, next: T): T[] =>
  list.map((one, i) => (i === at ? next : one));

interface ListProps<Line> {
  readonly legend: string;
  readonly fault?: FieldFault | undefined;
  readonly value: readonly Line[];
  readonly onChange: (value: Line[]) => void;
}

/** A list whose lines are added, filled in and taken away one by one; a new line begins as `empty`. */
export const LineList = <Line,>({
  legend,
  fault,
  value,
  onChange,
  empty,
  most = Number.POSITIVE_INFINITY,
  addLabel,
  removeLabel,
  children,
}: ListProps<Line> & {
  readonly empty: Line;
  /** No more lines than that. */
  readonly most?: number;
  readonly addLabel: string;
  readonly removeLabel: (line: Line, at: number) => string;
  readonly children: (line: Line, change: (next: Line) => void, at: number) => ReactNode;
}) => (
  <fieldset className="set-up-fieldset">
    <legend>{legend}</legend>
    {value.map((line, at) => (
      // biome-ignore lint/suspicious/noArrayIndexKey: a line has nothing else that stays while it is typed
      <div className="set-up-line" key={at}>
        {children(line, (next) => onChange(replaced(value, at, next)), at)}
        <ActionIcon
          className="set-up-remove"
          variant="subtle"
          size="lg"
          aria-label={removeLabel(line, at)}
          title={removeLabel(line, at)}
          onClick={() => onChange(without(value, at))}
        >
          <IconTrash size={18} aria-hidden="true" />
        </ActionIcon>
      </div>
    ))}
    <FaultLine fault={fault} />
    {value.length < most && (
      <div>
        <Button
          variant="subtle"
          size="compact-sm"
          leftSection={<IconPlus size={16} aria-hidden="true" />}
          onClick={() => onChange([...value, empty])}
        >
          {addLabel}
        </Button>
      </div>
    )}
  </fieldset>
);

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
export const SkillList = (props: ListProps<{ skill: string; level: number }>) => {
  const words = useWords();
  const list = useId();
  return (
    <LineList
      {...props}
      addLabel={words.t('setUp.skill.add')}
      removeLabel={({ skill }) => words.t('setUp.remove', { name: words.coded('skill', skill, skill) })}
      empty={{ skill: '', level: 1 }}
    >
      {(line, change, at) => (
        <>
          <CodeInput
            label={words.t('setUp.skill.name')}
            list={list}
            code={line.skill}
            onChange={(code) => change({ ...line, skill: code })}
          />
          <NativeSelect
            className="set-up-narrow"
            label={words.t('setUp.skill.level')}
            value={String(line.level)}
            data={levels}
            onChange={(event) => change({ ...line, level: Number(event.currentTarget.value) })}
          />
          {at === 0 && <Suggestions id={list} codes={knownSkills} />}
        </>
      )}
    </LineList>
  );
};

/** Proofs with the last day on which each holds. */
export const CertificateList = (props: ListProps<{ code: string; validUntilOn: string }>) => {
  const words = useWords();
  const list = useId();
  return (
    <LineList
      {...props}
      addLabel={words.t('setUp.certificate.add')}
      removeLabel={({ code }) => words.t('setUp.remove', { name: words.coded('skill', code, code) })}
      empty={{ code: '', validUntilOn: '' }}
    >
      {(line, change, at) => (
        <>
          <CodeInput
            label={words.t('setUp.certificate.name')}
            list={list}
            code={line.code}
            onChange={(code) => change({ ...line, code })}
          />
          <TextInput
            type="date"
            label={words.t('setUp.certificate.until')}
            required
            value={line.validUntilOn}
            onChange={(event) => change({ ...line, validUntilOn: event.currentTarget.value })}
          />
          {at === 0 && <Suggestions id={list} codes={knownCertificates} />}
        </>
      )}
    </LineList>
  );
};

/** Certificates that a repair asks for. */
export const CodeList = (props: ListProps<string>) => {
  const words = useWords();
  const list = useId();
  return (
    <LineList
      {...props}
      addLabel={words.t('setUp.certificate.add')}
      removeLabel={(code) => words.t('setUp.remove', { name: words.coded('skill', code, code) })}
      empty=""
    >
      {(code, change, at) => (
        <>
          <CodeInput label={words.t('setUp.certificate.name')} list={list} code={code} onChange={change} />
          {at === 0 && <Suggestions id={list} codes={knownCertificates} />}
        </>
      )}
    </LineList>
  );
};

/** Municipalities that a technician serves. */
export const AreaList = (props: ListProps<string>) => {
  const words = useWords();
  return (
    <LineList
      {...props}
      addLabel={words.t('setUp.area.add')}
      removeLabel={(name) => words.t('setUp.remove', { name })}
      empty=""
    >
      {(name, change) => (
        <TextInput
          label={words.t('setUp.field.municipality')}
          required
          value={name}
          onChange={(event) => change(event.currentTarget.value)}
        />
      )}
    </LineList>
  );
};
