import { oneOf } from '@kuluma/shared/model/base.ts';
import { PointRole } from '@kuluma/shared/model/machines.ts';
import { type Static, Type } from 'typebox';

const strict = { additionalProperties: false };
const address = Type.Integer({ minimum: 0, maximum: 65_535 });

export const modbusFunctions = ['input', 'holding', 'coil', 'discrete'] as const;
export type ModbusFunction = (typeof modbusFunctions)[number];

/** Registers (16 bits each) that a value of a type fills. */
export const registersOf = {
  int16: 1,
  uint16: 1,
  int32: 2,
  uint32: 2,
  float32: 2,
  int64: 4,
  uint64: 4,
  float64: 4,
} as const;
export type RegisterType = keyof typeof registersOf;
const RegisterTypes = oneOf(Object.keys(registersOf) as RegisterType[]);

/** What every point of a profile says, whatever the protocol. Value = raw * scale + offset, in `unit`. */
const pointFields = {
  name: Type.String({ pattern: '^[A-Za-z][A-Za-z0-9_]*$' }),
  unit: Type.String(),
  scale: Type.Number({ default: 1 }),
  offset: Type.Number({ default: 0 }),
  /** A value outside is sent with quality bad. */
  min: Type.Optional(Type.Number()),
  max: Type.Optional(Type.Number()),
  scanClass: Type.Optional(oneOf(['fast', 'slow'])),
  role: PointRole,
};

export const ModbusPoint = Type.Object(
  {
    ...pointFields,
    function: oneOf(modbusFunctions),
    /** As in the protocol, from 0. */
    address,
    /** Needed for input and holding registers; coils and discrete inputs are 0 or 1. */
    type: Type.Optional(RegisterTypes),
    /** `little`: the least significant register comes first. Bytes in a register are big-endian, as the protocol has it. */
    wordOrder: Type.Unsafe<'big' | 'little'>(Type.Enum(['big', 'little'], { default: 'big' })),
  },
  strict,
);
export type ModbusPoint = Static<typeof ModbusPoint>;

export const ModbusProfile = Type.Object(
  {
    profile: Type.String({ minLength: 1 }),
    points: Type.Array(ModbusPoint, { minItems: 1 }),
    /**
     * Two counters around a row that a device writes register by register. A row is taken only when both agree and
     * differ from the last one taken. All of it must fit in one read, which a device answers in one piece.
     */
    rowGuard: Type.Optional(
      Type.Object(
        { before: address, after: address, function: oneOf(['input', 'holding']), type: Type.Literal('uint32') },
        strict,
      ),
    ),
  },
  strict,
);
export type ModbusProfile = Static<typeof ModbusProfile>;

export const LineProfile = Type.Object(
  {
    profile: Type.String({ minLength: 1 }),
    points: Type.Array(
      Type.Object(
        {
          ...pointFields,
          /** Which field of the line, from 0; with a regular expression, which group, and 0 is the whole match. */
          field: Type.Integer({ minimum: 0 }),
        },
        strict,
      ),
      { minItems: 1 },
    ),
  },
  strict,
);
export type LineProfile = Static<typeof LineProfile>;

/** What the rest of the agent needs to know of any profile. */
export interface Profile {
  readonly profile: string;
  readonly points: readonly Pick<ModbusPoint, 'name' | 'min' | 'max'>[];
}
