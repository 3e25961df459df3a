import { NativeSelect, TextInput } from '@mantine/core';
import { useId } from 'react';
import { useWords } from '../../parts/language.tsx';
import { DayField } from '../day-field.tsx';
import { LineList, type ListProps } from './line-list.tsx';
import { NumberField } from './number-field.tsx';

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
          <DayField
            label={words.t('setUp.certificate.until')}
            required
            value={line.validUntilOn}
            onChange={(validUntilOn) => change({ ...line, validUntilOn })}
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
