import { type Static, Type } from 'typebox';
import { closed, defineRecord, endable, idOf, LocalText, oneOf, orNull } from './base.ts';
import { FailureModeCode } from './machines.ts';

/** What an item asks for: yes or no, a number, or words. */
export const checkKinds = ['yesNo', 'value', 'text'] as const;

/** One question of a checklist. */
export const CheckItem = Type.Object(
  {
    kind: oneOf(checkKinds),
    label: LocalText,
    /** Of a value; empty where it has none. */
    unit: Type.String({ maxLength: 20 }),
    /** Limits of a value, in its unit; null where there is none. */
    min: orNull(Type.Number()),
    max: orNull(Type.Number()),
    /** Nothing counts as answered without a photo. */
    photo: Type.Boolean(),
  },
  closed,
);
export type CheckItem = Static<typeof CheckItem>;

/** A checklist of the service company, for the visits that it is about; null is any. */
export const Checklist = defineRecord('checklist', {
  /** The company's own short name of it. */
  code: Type.String({ minLength: 1, maxLength: 40 }),
  name: LocalText,
  machineModelId: orNull(idOf('machineModel')),
  failureModeCode: orNull(FailureModeCode),
  ...endable,
});
export type Checklist = Static<typeof Checklist>;

/** The questions of a checklist as they once stood. They never change: answers name the edition that they answer. */
export const ChecklistEdition = defineRecord('checklistEdition', {
  checklistId: idOf('checklist'),
  /** 1 is the first; the highest is in force. */
  edition: Type.Integer({ minimum: 1 }),
  items: Type.Array(CheckItem, { minItems: 1, maxItems: 60 }),
});
export type ChecklistEdition = Static<typeof ChecklistEdition>;

/** The edition in force; a checklist has one from its beginning on. */
export const newestEdition = (editions: readonly ChecklistEdition[]): ChecklistEdition | undefined =>
  editions.reduce<ChecklistEdition | undefined>(
    (best, one) => (best && best.edition > one.edition ? best : one),
    undefined,
  );

/** An answer by the kind of its item: yes or no, a number, or words. */
export const CheckAnswer = Type.Union([Type.Boolean(), Type.Number(), Type.String({ minLength: 1, maxLength: 500 })]);
export type CheckAnswer = Static<typeof CheckAnswer>;

const answerTypes = { yesNo: 'boolean', value: 'number', text: 'string' } as const;

/** Whether an answer is of the kind that its item asks for. */
export const fits = ({ kind }: Pick<CheckItem, 'kind'>, answer: CheckAnswer): boolean =>
  typeof answer === answerTypes[kind];

/** A no, or a value beyond its limits: somebody has to come back to it. */
export const isFailed = ({ min, max }: Pick<CheckItem, 'min' | 'max'>, answer: CheckAnswer): boolean =>
  answer === false || (typeof answer === 'number' && (answer < (min ?? answer) || answer > (max ?? answer)));
