import { TextInput } from '@mantine/core';
import type { ReactNode } from 'react';
import { useWords } from '../../parts/language.tsx';
import type { FieldFault } from './draft.ts';
import { LineList } from './line-list.tsx';
import { NumberField } from './number-field.tsx';
import { timePattern } from './week-control.tsx';

/** A rule that there is or is not. */
export interface RuleProps<Rule> {
  readonly legend: string;
  readonly fault: FieldFault | undefined;
  readonly value: Rule | null;
  readonly onChange: (value: Rule | null) => void;
}

interface BreakDraft {
  readonly minutes: number | null;
  readonly from: string;
  readonly to: string;
}

/** The one line of a rule, or a button that adds it. */
export const RuleLine = <Rule,>({
  legend,
  fault,
  value,
  onChange,
  empty,
  addLabel,
  removeLabel,
  children,
}: RuleProps<Rule> & {
  empty: Rule;
  addLabel: string;
  /** Where taking it away is more than that. */
  removeLabel?: string;
  children: (line: Rule, change: (line: Rule) => void) => ReactNode;
}) => {
  const words = useWords();
  return (
    <LineList
      legend={legend}
      fault={fault}
      value={value ? [value] : []}
      onChange={([line = null]) => onChange(line)}
      most={1}
      empty={empty}
      addLabel={addLabel}
      removeLabel={() => removeLabel ?? words.t('setUp.remove', { name: legend })}
      isRemovalTold={removeLabel !== undefined}
    >
      {children}
    </LineList>
  );
};

/** How long the break is, and between when it begins. */
export const BreakControl = (rule: RuleProps<BreakDraft>) => {
  const words = useWords();
  return (
    <RuleLine {...rule} empty={{ minutes: 30, from: '10:45', to: '12:30' }} addLabel={words.t('setUp.break.add')}>
      {(line, change) => (
        <>
          <NumberField
            label={words.t('setUp.break.minutes')}
            required
            min={1}
            allowDecimal={false}
            value={line.minutes}
            onChange={(minutes) => change({ ...line, minutes })}
          />
          {(['from', 'to'] as const).map((end) => (
            <TextInput
              key={end}
              label={words.t(`setUp.break.${end}`)}
              pattern={timePattern}
              title={words.t('setUp.week.pattern')}
              required
              value={line[end]}
              onChange={(event) => change({ ...line, [end]: event.currentTarget.value })}
            />
          ))}
        </>
      )}
    </RuleLine>
  );
};

interface OvertimeDraft {
  readonly minutes: number | null;
  readonly extraPerHourCents: number | null;
}

const cents = 100;

/** How much overtime a day may have, and what it costs more. */
export const OvertimeControl = (rule: RuleProps<OvertimeDraft>) => {
  const words = useWords();
  return (
    <RuleLine {...rule} empty={{ minutes: 60, extraPerHourCents: null }} addLabel={words.t('setUp.overtime.add')}>
      {(line, change) => (
        <>
          <NumberField
            label={words.t('setUp.overtime.minutes')}
            required
            min={1}
            allowDecimal={false}
            value={line.minutes}
            onChange={(minutes) => change({ ...line, minutes })}
          />
          <NumberField
            label={words.t('setUp.overtime.extra')}
            required
            min={0}
            decimalScale={2}
            suffix=" €"
            factor={cents}
            value={line.extraPerHourCents}
            onChange={(extraPerHourCents) => change({ ...line, extraPerHourCents })}
          />
        </>
      )}
    </RuleLine>
  );
};

interface ServiceLevelDraft {
  readonly withinDays: number | null;
  readonly breachCents: number | null;
}

/** Within how many days of its being found a repair is promised, and what it costs not to keep that. */
export const ServiceLevelControl = (rule: RuleProps<ServiceLevelDraft>) => {
  const words = useWords();
  return (
    <RuleLine {...rule} empty={{ withinDays: 14, breachCents: null }} addLabel={words.t('setUp.serviceLevel.add')}>
      {(line, change) => (
        <>
          <NumberField
            label={words.t('setUp.serviceLevel.days')}
            required
            min={1}
            max={365}
            allowDecimal={false}
            value={line.withinDays}
            onChange={(withinDays) => change({ ...line, withinDays })}
          />
          <NumberField
            label={words.t('setUp.serviceLevel.breach')}
            required
            min={0}
            decimalScale={2}
            suffix=" €"
            factor={cents}
            value={line.breachCents}
            onChange={(breachCents) => change({ ...line, breachCents })}
          />
        </>
      )}
    </RuleLine>
  );
};
