import type { Covers } from '@kuluma/shared/model/agreements.ts';
import { priceKinds } from '@kuluma/shared/model/money.ts';
import { Checkbox, Textarea, TextInput } from '@mantine/core';
import { useWords } from '../../parts/language.tsx';
import { DayField } from '../day-field.tsx';
import { RuleLine, type RuleProps } from './day-rules.tsx';
import { NumberField } from './number-field.tsx';

interface TermsDraft {
  readonly covers: Covers;
  readonly terms: string;
}

interface WarrantyDraft extends TermsDraft {
  readonly fromOn: string;
  readonly untilOn: string | null;
}

interface PriceDraft {
  readonly monthlyCents: number | null;
  readonly visitCents: number | null;
}

interface ContractDraft extends WarrantyDraft, PriceDraft {
  readonly number: string;
}

interface ContractPlanDraft extends TermsDraft, PriceDraft {
  readonly months: number | null;
  readonly leadDays: number | null;
  readonly sendsUntilOn: string | null;
}

type Change<Draft> = (line: Draft) => void;

const SpanFields = <Draft extends WarrantyDraft>({
  line,
  change,
  isOpen,
}: {
  line: Draft;
  change: Change<Draft>;
  /** Whether it may go on until it is ended. */
  isOpen: boolean;
}) => {
  const words = useWords();
  return (
    <div className="set-up-wide set-up-pair">
      <DayField
        label={words.t('setUp.agreement.from')}
        required
        value={line.fromOn}
        onChange={(fromOn) => change({ ...line, fromOn })}
      />
      <DayField
        label={words.t(isOpen ? 'setUp.agreement.untilOpen' : 'setUp.agreement.until')}
        required={!isOpen}
        value={line.untilOn ?? ''}
        onChange={(untilOn) => change({ ...line, untilOn: untilOn || null })}
      />
    </div>
  );
};

const TermsFields = <Draft extends TermsDraft>({ line, change }: { line: Draft; change: Change<Draft> }) => {
  const words = useWords();
  return (
    <>
      <Checkbox.Group
        className="set-up-wide"
        label={words.t('setUp.agreement.covers')}
        value={[...line.covers]}
        onChange={(covers) => change({ ...line, covers: priceKinds.filter((kind) => covers.includes(kind)) })}
      >
        <div className="set-up-checks">
          {priceKinds.map((kind) => (
            <Checkbox key={kind} value={kind} label={words.t(`setUp.word.${kind}`)} />
          ))}
        </div>
      </Checkbox.Group>
      <Textarea
        className="set-up-wide"
        label={words.t('setUp.agreement.terms')}
        maxLength={2000}
        autosize
        minRows={2}
        value={line.terms}
        onChange={(event) => change({ ...line, terms: event.currentTarget.value })}
      />
    </>
  );
};

const PriceFields = <Draft extends PriceDraft>({ line, change }: { line: Draft; change: Change<Draft> }) => {
  const words = useWords();
  return (
    <div className="set-up-wide set-up-pair">
      {(['monthly', 'visit'] as const).map((per) => (
        <NumberField
          key={per}
          label={words.t(`setUp.agreement.${per}`)}
          required
          min={0}
          decimalScale={2}
          suffix=" €"
          factor={100}
          value={line[`${per}Cents`]}
          onChange={(cents) => change({ ...line, [`${per}Cents`]: cents })}
        />
      ))}
    </div>
  );
};

const noTerms = { fromOn: '', untilOn: null, covers: [], terms: '' };

/** What the maker or the seller of a machine answers for, and how long. */
export const WarrantyControl = (rule: RuleProps<WarrantyDraft>) => {
  const words = useWords();
  return (
    <RuleLine
      {...rule}
      empty={noTerms}
      addLabel={words.t('setUp.warranty.add')}
      removeLabel={words.t('setUp.warranty.end')}
    >
      {(line, change) => (
        <>
          <SpanFields line={line} change={change} isOpen={false} />
          <TermsFields line={line} change={change} />
        </>
      )}
    </RuleLine>
  );
};

/** What the owner and the service company have agreed for a machine, and what it costs. */
export const ContractControl = (rule: RuleProps<ContractDraft>) => {
  const words = useWords();
  return (
    <RuleLine
      {...rule}
      empty={{ ...noTerms, number: '', monthlyCents: null, visitCents: 0 }}
      addLabel={words.t('setUp.contract.add')}
      removeLabel={words.t('setUp.contract.end')}
    >
      {(line, change) => (
        <>
          <TextInput
            className="set-up-wide"
            label={words.t('setUp.agreement.number')}
            required
            maxLength={60}
            value={line.number}
            onChange={(event) => change({ ...line, number: event.currentTarget.value })}
          />
          <SpanFields line={line} change={change} isOpen />
          <PriceFields line={line} change={change} />
          <TermsFields line={line} change={change} />
        </>
      )}
    </RuleLine>
  );
};

const newPlan: ContractPlanDraft = {
  ...{ covers: [], terms: '', monthlyCents: null, visitCents: 0 },
  ...{ months: 12, leadDays: 90, sendsUntilOn: null },
};

/** What owners of a model are offered when a warranty ends, and whether a person looks at each offer. */
export const ContractPlanControl = ({ hint, ...rule }: RuleProps<ContractPlanDraft> & { hint: string | undefined }) => {
  const words = useWords();
  return (
    <>
      {hint && <p className="soft">{hint}</p>}
      <RuleLine {...rule} empty={newPlan} addLabel={words.t('setUp.contractPlan.add')}>
        {(line, change) => (
          <>
            <div className="set-up-wide set-up-pair">
              {(['months', 'leadDays'] as const).map((name) => (
                <NumberField
                  key={name}
                  label={words.t(`setUp.contractPlan.${name}`)}
                  required
                  min={1}
                  allowDecimal={false}
                  value={line[name]}
                  onChange={(value) => change({ ...line, [name]: value })}
                />
              ))}
            </div>
            <PriceFields line={line} change={change} />
            <TermsFields line={line} change={change} />
            <div className="set-up-wide">
              <DayField
                label={words.t('setUp.contractPlan.sendsUntilOn')}
                value={line.sendsUntilOn ?? ''}
                onChange={(sendsUntilOn) => change({ ...line, sendsUntilOn: sendsUntilOn || null })}
              />
              <p className="small soft">{words.t('setUp.contractPlan.sendsHint')}</p>
            </div>
          </>
        )}
      </RuleLine>
    </>
  );
};
