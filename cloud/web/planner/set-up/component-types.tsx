import { Button, Checkbox, NativeSelect, TextInput } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useWords } from '../../parts/language.tsx';
import { type FieldFault, type FieldFaults, faultAt, faultsBelow, newComponent } from './draft.ts';
import { failureModes } from './failure-modes.ts';
import { FaultLine, FaultText } from './fault-text.tsx';
import { PartAndQuantity } from './kit-lines.tsx';
import { LineList, replaced, without } from './line-list.tsx';
import { CodeList, SkillList, WorkKindInput } from './list-controls.tsx';
import { NamesControl } from './names-control.tsx';
import { NumberField } from './number-field.tsx';
import { ReferenceControl } from './reference-control.tsx';

interface BomDraft {
  readonly partId: string | null;
  readonly quantity: number | null;
  readonly useProbability: number | null;
}
interface ComponentDraft {
  readonly code: string;
  readonly name: { readonly fi: string; readonly sv: string; readonly en: string };
  readonly failureModeCode: string;
  readonly failureMechanism: string;
  readonly bom: readonly BomDraft[];
  readonly kitId?: string | null;
  readonly skills: readonly { readonly skill: string; readonly level: number }[];
  readonly certificates: readonly string[];
  readonly tools?: readonly string[];
  readonly workKind?: string;
  readonly second?: { readonly skills: ComponentDraft['skills'] } | null;
  readonly durationMin: number | null;
  readonly failureCostCents: number | null;
  readonly policy: {
    readonly horizonDays: number | null;
    readonly failureProbability: number | null;
    readonly forecastsInARow: number | null;
  };
}

/** The components of a machine model: how each fails, and what its repair takes. */
export const ComponentTypes = ({
  value,
  faults,
  fault,
  onChange,
}: {
  value: readonly ComponentDraft[];
  faults: FieldFaults;
  fault: FieldFault | undefined;
  onChange: (value: readonly ComponentDraft[]) => void;
}) => {
  const words = useWords();
  return (
    <div className="set-up-components">
      {value.map((component, at) => (
        <ComponentFields
          // biome-ignore lint/suspicious/noArrayIndexKey: a component has nothing else that stays while it is typed
          key={at}
          component={component}
          faults={faultsBelow(faults, String(at))}
          onChange={(next) => onChange(replaced(value, at, next))}
          onRemove={() => onChange(without(value, at))}
        />
      ))}
      {faults.size === 0 && <FaultLine fault={fault} />}
      <div>
        <Button
          leftSection={<IconPlus size={16} aria-hidden="true" />}
          onClick={() => onChange([...value, newComponent as ComponentDraft])}
        >
          {words.t('setUp.component.add')}
        </Button>
      </div>
    </div>
  );
};

const ComponentFields = ({
  component,
  faults,
  onChange,
  onRemove,
}: {
  component: ComponentDraft;
  faults: FieldFaults;
  onChange: (value: ComponentDraft) => void;
  onRemove: () => void;
}) => {
  const words = useWords();
  const set = (change: Partial<ComponentDraft>) => onChange({ ...component, ...change });
  const errorOf = (name: string) => {
    const said = faultAt(faults, name);
    return said && <FaultText fault={said} />;
  };
  const name = words.own(component.name) || component.code || words.t('setUp.component.new');
  return (
    <fieldset className="set-up-component">
      <legend>{name}</legend>
      <div className="set-up-pair">
        <TextInput
          label={words.t('setUp.component.code')}
          description={words.t('setUp.component.codeHint')}
          required
          error={errorOf('code')}
          value={component.code}
          onChange={(event) => set({ code: event.currentTarget.value.trim() })}
        />
        <NativeSelect
          label={words.t('setUp.component.failureMode')}
          description={words.t('setUp.component.failureModeHint')}
          value={component.failureModeCode}
          data={failureModes.map((code) => ({ value: code, label: words.coded('failureMode', code, code) }))}
          onChange={(event) => set({ failureModeCode: event.currentTarget.value })}
        />
      </div>
      <NamesControl
        legend={words.t('setUp.field.name')}
        fault={faultAt(faults, 'name')}
        value={component.name}
        onChange={(next) => set({ name: next })}
      />
      <div className="set-up-pair">
        <NumberField
          label={words.t('setUp.component.duration')}
          required
          min={1}
          allowDecimal={false}
          suffix=" min"
          error={errorOf('durationMin')}
          value={component.durationMin}
          onChange={(durationMin) => set({ durationMin })}
        />
        <NumberField
          label={words.t('setUp.component.cost')}
          description={words.t('setUp.component.costHint')}
          required
          min={0}
          decimalScale={2}
          suffix=" €"
          error={errorOf('failureCostCents')}
          factor={100}
          value={component.failureCostCents}
          onChange={(failureCostCents) => set({ failureCostCents })}
        />
      </div>
      <PartLines value={component.bom} fault={faultAt(faults, 'bom')} onChange={(bom) => set({ bom })} />
      <ReferenceControl
        to={['kits']}
        none="none"
        label={words.t('setUp.component.kit')}
        description={words.t('setUp.component.kitHint')}
        value={component.kitId ?? null}
        onChange={(kitId) => set({ kitId })}
      />
      <SkillList
        legend={words.t('setUp.component.skills')}
        fault={faultAt(faults, 'skills')}
        value={component.skills}
        onChange={(skills) => set({ skills })}
      />
      <CodeList
        what="certificate"
        legend={words.t('setUp.component.certificates')}
        fault={faultAt(faults, 'certificates')}
        value={component.certificates}
        onChange={(certificates) => set({ certificates })}
      />
      <CodeList
        what="tool"
        legend={words.t('setUp.component.tools')}
        fault={faultAt(faults, 'tools')}
        value={component.tools ?? []}
        onChange={(tools) => set({ tools })}
      />
      <WorkKindInput code={component.workKind ?? ''} onChange={(workKind) => set({ workKind })} />
      <Checkbox
        label={words.t('setUp.component.second')}
        description={words.t('setUp.component.secondHint')}
        checked={!!component.second}
        onChange={({ currentTarget }) => set({ second: currentTarget.checked ? { skills: [] } : null })}
      />
      {component.second && (
        <SkillList
          legend={words.t('setUp.component.secondSkills')}
          fault={faultAt(faults, 'second')}
          value={component.second.skills}
          onChange={(skills) => set({ second: { skills } })}
        />
      )}
      <Policy policy={component.policy} onChange={(policy) => set({ policy })} />
      <div>
        <Button color="critical" variant="subtle" onClick={onRemove}>
          {words.t('setUp.remove', { name })}
        </Button>
      </div>
    </fieldset>
  );
};

/** When a forecast becomes a recommendation, as one sentence with three numbers. */
const Policy = ({
  policy,
  onChange,
}: {
  policy: ComponentDraft['policy'];
  onChange: (policy: ComponentDraft['policy']) => void;
}) => {
  const words = useWords();
  const fields = [
    ['failureProbability', 100, ' %', 1, 100],
    ['horizonDays', 1, '', 1, 3650],
    ['forecastsInARow', 1, '', 1, 100],
  ] as const;
  return (
    <fieldset className="set-up-fieldset">
      <legend>{words.t('setUp.policy')}</legend>
      <div className="set-up-names">
        {fields.map(([name, factor, suffix, min, max]) => {
          const value = policy[name];
          return (
            <NumberField
              key={name}
              label={words.t(`setUp.policy.${name}`)}
              required
              min={min}
              max={max}
              allowDecimal={false}
              suffix={suffix}
              factor={1 / factor}
              value={value}
              onChange={(next) => onChange({ ...policy, [name]: next })}
            />
          );
        })}
      </div>
    </fieldset>
  );
};

/** The parts list of one repair. */
const PartLines = ({
  value,
  fault,
  onChange,
}: {
  value: readonly BomDraft[];
  fault: FieldFault | undefined;
  onChange: (value: BomDraft[]) => void;
}) => {
  const words = useWords();
  return (
    <LineList
      legend={words.t('setUp.bom')}
      value={value}
      onChange={onChange}
      fault={fault}
      addLabel={words.t('setUp.bom.add')}
      removeLabel={(_, at) => words.t('setUp.bom.remove', { line: at + 1 })}
      empty={{ partId: null, quantity: 1, useProbability: 1 }}
    >
      {(line, change) => (
        <>
          <PartAndQuantity line={line} change={change} />
          <NumberField
            className="set-up-narrow"
            label={words.t('setUp.bom.needed')}
            required
            min={1}
            max={100}
            allowDecimal={false}
            suffix=" %"
            factor={0.01}
            value={line.useProbability}
            onChange={(useProbability) => change({ ...line, useProbability })}
          />
        </>
      )}
    </LineList>
  );
};
