import './field-control.css';
import type { SetUpKind } from '@kuluma/shared/model/set-up-kinds.ts';
import { Checkbox, NativeSelect, TextInput } from '@mantine/core';
import { lazy, Suspense } from 'react';
import { useWords } from '../../parts/language.tsx';
import { DayField } from '../day-field.tsx';
import { ContractControl, ContractPlanControl, WarrantyControl } from './agreement-controls.tsx';
import { BreakControl, OvertimeControl, ServiceLevelControl } from './day-rules.tsx';
import { type Draft, type FieldFaults, faultAt, faultsBelow } from './draft.ts';
import { FaultText } from './fault-text.tsx';
import type { Field } from './fields.ts';
import { KitLines } from './kit-lines.tsx';
import { AreaList, CertificateList, CodeList, PaceList, SkillList } from './list-controls.tsx';
import { NamesControl } from './names-control.tsx';
import { NumberField } from './number-field.tsx';
import { PlaceControl, type PlaceDraft } from './place-control.tsx';
import { ReferenceControl } from './reference-control.tsx';
import { WeekControl, type WeekDraft } from './week-control.tsx';
import { ZoneControl } from './zone-control.tsx';

const FileControl = lazy(async () => ({ default: (await import('./file-control.tsx')).FileControl }));
const SubjectLines = lazy(async () => ({ default: (await import('./subject-lines.tsx')).SubjectLines }));
const CheckItems = lazy(async () => ({ default: (await import('./check-items.tsx')).CheckItems }));
const ComponentTypes = lazy(async () => ({ default: (await import('./component-types.tsx')).ComponentTypes }));

export interface FieldProps {
  readonly field: Field;
  readonly kind: SetUpKind;
  readonly value: unknown;
  /** What else the form holds. */
  readonly draft: Draft;
  readonly faults: FieldFaults;
  /** True for a thing that is there already: what names it stays. */
  readonly isKnown: boolean;
  readonly onChange: (value: unknown) => void;
}

const cents = 100;

/** One field of a form, filled in as its kind of value is. */
export const FieldControl = ({
  field: { name, control, hint },
  kind,
  value,
  draft,
  faults,
  isKnown,
  onChange,
}: FieldProps) => {
  const words = useWords();
  const label = words.coded(`setUp.field.${kind}`, name, words.t(`setUp.field.${name}`));
  const fault = faultAt(faults, name);
  const shared = {
    label,
    name,
    error: fault && <FaultText fault={fault} />,
    description: hint && words.coded('setUp.hint', `${kind}.${name}`, words.coded('setUp.hint', name, '')),
  };
  switch (control.as) {
    case 'text':
      return (
        <TextInput
          {...shared}
          type={control.type ?? 'text'}
          required={control.required ?? false}
          value={String(value ?? '')}
          onChange={(event) => onChange(event.currentTarget.value)}
        />
      );
    case 'number':
      return (
        <NumberField
          {...shared}
          {...(control.min === undefined ? {} : { min: control.min })}
          required={control.required ?? false}
          allowDecimal={!control.whole}
          value={value as number | null}
          onChange={onChange}
        />
      );
    case 'euros':
      return (
        <NumberField
          {...shared}
          required
          min={0}
          decimalScale={2}
          suffix=" €"
          factor={cents}
          value={value as number | null}
          onChange={onChange}
        />
      );
    case 'day':
      return (
        <DayField
          label={label}
          name={name}
          error={shared.error}
          required
          value={String(value ?? '')}
          onChange={onChange}
        />
      );
    case 'choice':
      return (
        <NativeSelect
          {...shared}
          value={String(value ?? '')}
          onChange={({ currentTarget }) => onChange(currentTarget.value === '' ? null : currentTarget.value)}
          data={[
            ...(control.none ? [{ value: '', label: words.t(`setUp.${control.none}`) }] : []),
            ...control.of.map((code) => ({
              value: code,
              label: words.coded(control.words ?? 'setUp.word', code, code),
            })),
          ]}
        />
      );
    case 'checks':
      return (
        <Checkbox.Group {...shared} value={value as string[]} onChange={onChange}>
          <div className="set-up-checks">
            {control.of.map((code) => (
              <Checkbox key={code} value={code} label={words.coded('setUp.word', code, code)} />
            ))}
          </div>
        </Checkbox.Group>
      );
    case 'reference':
      return (
        <ReferenceControl
          {...shared}
          to={control.to}
          none={control.none}
          disabled={isKnown && (control.fixed ?? false)}
          value={value as string | null}
          onChange={onChange}
        />
      );
    case 'place':
      return (
        <PlaceControl
          legend={label}
          hint={shared.description}
          fault={fault}
          value={value as PlaceDraft}
          onChange={onChange}
        />
      );
    case 'zone':
      return <ZoneControl {...shared} value={String(value)} onChange={onChange} />;
    case 'names':
      return <NamesControl legend={label} fault={fault} value={value as never} onChange={onChange} />;
    case 'skills':
      return <SkillList legend={label} fault={fault} value={value as never} onChange={onChange} />;
    case 'break':
      return <BreakControl legend={label} fault={fault} value={value as never} onChange={onChange} />;
    case 'overtime':
      return <OvertimeControl legend={label} fault={fault} value={value as never} onChange={onChange} />;
    case 'serviceLevel':
      return <ServiceLevelControl legend={label} fault={fault} value={(value ?? null) as never} onChange={onChange} />;
    case 'warranty':
      return <WarrantyControl legend={label} fault={fault} value={(value ?? null) as never} onChange={onChange} />;
    case 'contract':
      return <ContractControl legend={label} fault={fault} value={(value ?? null) as never} onChange={onChange} />;
    case 'contractPlan':
      return (
        <ContractPlanControl
          legend={label}
          hint={shared.description}
          fault={fault}
          value={(value ?? null) as never}
          onChange={onChange}
        />
      );
    case 'kitLines':
      return <KitLines legend={label} fault={fault} value={value as never} onChange={onChange} />;
    case 'subjects':
      return (
        <Suspense fallback={<div className="skeleton set-up-skeleton" />}>
          <SubjectLines legend={label} fault={fault} value={value as never} onChange={onChange} />
        </Suspense>
      );
    case 'file':
      return (
        <Suspense fallback={<div className="skeleton set-up-skeleton" />}>
          <FileControl
            label={label}
            fault={fault}
            value={value as string | null}
            isPicture={draft['kind'] === 'picture'}
            onChange={onChange}
          />
        </Suspense>
      );
    case 'areas':
      return (
        <AreaList legend={label} fault={fault} value={(value as string[] | undefined) ?? []} onChange={onChange} />
      );
    case 'tools':
      return (
        <CodeList
          what="tool"
          legend={label}
          fault={fault}
          value={(value as string[] | undefined) ?? []}
          onChange={onChange}
        />
      );
    case 'paces':
      return <PaceList legend={label} fault={fault} value={(value ?? []) as never} onChange={onChange} />;
    case 'certificates':
      return <CertificateList legend={label} fault={fault} value={value as never} onChange={onChange} />;
    case 'week':
      return (
        <WeekControl legend={label} off={control.off} fault={fault} value={value as WeekDraft} onChange={onChange} />
      );
    case 'checkItems':
      return (
        <Suspense fallback={<div className="skeleton set-up-skeleton" />}>
          <CheckItems legend={label} fault={fault} value={value as never} onChange={onChange} />
        </Suspense>
      );
    case 'components':
      return (
        <Suspense fallback={<div className="skeleton set-up-skeleton" />}>
          <ComponentTypes faults={faultsBelow(faults, name)} fault={fault} value={value as never} onChange={onChange} />
        </Suspense>
      );
  }
};
