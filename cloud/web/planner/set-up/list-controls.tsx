import { ActionIcon, Button, NativeSelect, TextInput } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { type ReactNode, useId } from 'react';
import { useWords } from '../../parts/language.tsx';
import type { FieldFault } from './draft.ts';
import { FaultLine } from './fault-text.tsx';
import { NumberField } from './number-field.tsx';

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
  isRemovalTold = false,
  children,
}: ListProps<Line> & {
  readonly empty: Line;
  /** No more lines than that. */
  readonly most?: number;
  readonly addLabel: string;
  readonly removeLabel: (line: Line, at: number) => string;
  /** Whether taking a line away is more than that: then it is said in words. */
  readonly isRemovalTold?: boolean;
  readonly children: (line: Line, change: (next: Line) => void, at: number) => ReactNode;
}) => (
  <fieldset className="set-up-fieldset">
    <legend>{legend}</legend>
    {value.map((line, at) => (
      // biome-ignore lint/suspicious/noArrayIndexKey: a line has nothing else that stays while it is typed
      <div className="set-up-line" key={at}>
        {children(line, (next) => onChange(replaced(value, at, next)), at)}
        {isRemovalTold ? (
          <Button variant="subtle" onClick={() => onChange(without(value, at))}>
            {removeLabel(line, at)}
          </Button>
        ) : (
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
        )}
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

/** Of which sort a code is, as the catalogue has its words. */
type CodeKind = 'skill' | 'tool' | 'workKind';

/** Words that are known already; any other may be typed. */
const Suggestions = ({ id, codes, of = 'skill' }: { id: string; codes: readonly string[]; of?: CodeKind }) => {
  const words = useWords();
  return (
    <datalist id={id}>
      {codes.map((code) => (
        <option key={code} value={code}>
          {words.coded(of, code, code)}
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
  of = 'skill',
  required = true,
  onChange,
}: {
  label: string;
  list: string;
  code: string;
  of?: CodeKind;
  required?: boolean;
  onChange: (code: string) => void;
}) => {
  const words = useWords();
  return (
    <TextInput
      label={label}
      required={required}
      list={list}
      value={code}
      description={words.coded(of, code, '') || undefined}
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

const knownCodes = {
  certificate: { of: 'skill', codes: knownCertificates },
  tool: { of: 'tool', codes: ['laserAligner', 'inductionHeater', 'hydraulicPuller', 'chainHoist', 'thermalCamera'] },
} as const;

/** Certificates or tools that a repair asks for, or tools that a technician has. */
export const CodeList = ({ what, ...props }: ListProps<string> & { readonly what: keyof typeof knownCodes }) => {
  const words = useWords();
  const list = useId();
  const { of, codes } = knownCodes[what];
  return (
    <LineList
      {...props}
      addLabel={words.t(`setUp.${what}.add`)}
      removeLabel={(code) => words.t('setUp.remove', { name: words.coded(of, code, code) })}
      empty=""
    >
      {(code, change, at) => (
        <>
          <CodeInput label={words.t(`setUp.${what}.name`)} list={list} of={of} code={code} onChange={change} />
          {at === 0 && <Suggestions id={list} codes={codes} of={of} />}
        </>
      )}
    </LineList>
  );
};

const knownWorkKinds = ['alignment', 'bearingChange', 'sealChange', 'beltChange', 'electricalRepair', 'overhaul'];

/** The kind of a repair; empty where nobody is faster or slower at it. */
export const WorkKindInput = ({ code, onChange }: { code: string; onChange: (code: string) => void }) => {
  const words = useWords();
  const list = useId();
  return (
    <>
      <CodeInput
        label={words.t('setUp.workKind.name')}
        list={list}
        of="workKind"
        required={false}
        code={code}
        onChange={onChange}
      />
      <Suggestions id={list} codes={knownWorkKinds} of="workKind" />
    </>
  );
};

/** Kinds of work that take a technician longer or shorter than others. */
export const PaceList = (props: ListProps<{ kind: string; factor: number | null }>) => {
  const words = useWords();
  const list = useId();
  return (
    <LineList
      {...props}
      addLabel={words.t('setUp.pace.add')}
      removeLabel={({ kind }) => words.t('setUp.remove', { name: words.coded('workKind', kind, kind) })}
      empty={{ kind: '', factor: 1 }}
    >
      {(line, change, at) => (
        <>
          <CodeInput
            label={words.t('setUp.workKind.name')}
            list={list}
            of="workKind"
            code={line.kind}
            onChange={(kind) => change({ ...line, kind })}
          />
          <NumberField
            className="set-up-narrow"
            label={words.t('setUp.pace.factor')}
            required
            min={25}
            max={400}
            allowDecimal={false}
            suffix=" %"
            factor={0.01}
            value={line.factor}
            onChange={(factor) => change({ ...line, factor })}
          />
          {at === 0 && <Suggestions id={list} codes={knownWorkKinds} of="workKind" />}
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
