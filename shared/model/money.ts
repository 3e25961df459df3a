import { type Static, Type } from 'typebox';
import { oneOf } from './base.ts';

export const Currency = oneOf(['EUR']);

/** What an agreement can cover. */
export const priceKinds = ['labour', 'callOut', 'travel', 'part'] as const;
/** All kinds of lines; `contractVisit` is what a service contract asks for each visit. */
export const lineKinds = [...priceKinds, 'contractVisit'] as const;

/** Agreements that pay in the owner's place, the one that pays first before the others. */
export const payers = ['warranty', 'serviceContract'] as const;
export type Payer = (typeof payers)[number];

/** One priced line. `netCents` is for the whole line; VAT is rounded per line, half away from zero. */
export const PriceLine = Type.Object(
  {
    kind: oneOf(lineKinds),
    /** Part number or work code: a code, never a sentence. */
    code: Type.String({ minLength: 1 }),
    quantity: Type.Number({ exclusiveMinimum: 0 }),
    unit: oneOf(['min', 'km', 'pcs']),
    netCents: Type.Integer(),
    currency: Currency,
    /** Per mille: 255 is 25.5 %, the general rate of Finland since 1 September 2024. */
    vatRatePermille: Type.Integer({ minimum: 0, maximum: 1000 }),
    /** Of a line that costs its owner nothing: what pays for it. */
    coveredBy: Type.Optional(oneOf(payers)),
  },
  { additionalProperties: false },
);
export type PriceLine = Static<typeof PriceLine>;

export const PriceTotal = Type.Object(
  { netCents: Type.Integer(), vatCents: Type.Integer(), grossCents: Type.Integer(), currency: Currency },
  { additionalProperties: false },
);
export type PriceTotal = Static<typeof PriceTotal>;

export const vatCentsOf = ({ netCents, vatRatePermille }: Pick<PriceLine, 'netCents' | 'vatRatePermille'>): number => {
  const exact = (netCents * vatRatePermille) / 1000;
  return Math.sign(exact) * Math.round(Math.abs(exact));
};

export const grossCentsOf = (netCents: number, vatRatePermille: number): number =>
  netCents + vatCentsOf({ netCents, vatRatePermille });

export const totalOf = (lines: readonly PriceLine[]): PriceTotal => {
  const netCents = lines.reduce((sum, line) => sum + line.netCents, 0);
  const vatCents = lines.reduce((sum, line) => sum + vatCentsOf(line), 0);
  return { netCents, vatCents, grossCents: netCents + vatCents, currency: 'EUR' };
};
