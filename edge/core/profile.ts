import { oneOf } from '@kuluma/shared/model/base.ts';
import { PointRole } from '@kuluma/shared/model/machines.ts';
import { Unit } from '@kuluma/shared/model/units.ts';
import { type Static, Type } from 'typebox';

const strict = { additionalProperties: false };
const address = Type.Integer({ minimum: 0, maximum: 65_535 });
const bitNumber = Type.Integer({ minimum: 0, maximum: 31 });

export const modbusFunctions = ['input', 'holding', 'coil', 'discrete'] as const;
export type ModbusFunction = (typeof modbusFunctions)[number];

/** Registers (16 bits each) that a value of a type fills; a string says its own number. */
export const registersOf = {
  int8: 1,
  uint8: 1,
  int16: 1,
  uint16: 1,
  bcd16: 1,
  int32: 2,
  uint32: 2,
  bcd32: 2,
  float32: 2,
  int64: 4,
  uint64: 4,
  float64: 4,
} as const;
export type NumberType = keyof typeof registersOf;

/** When a value is sent; without it, every value that is read. */
const Report = Type.Object(
  {
    /** Sent when it moved by more than this from the value sent last, in `unit`. */
    deadband: Type.Optional(Type.Number({ minimum: 0 })),
    /** The same in percent of the range `min`..`max` (as OPC UA part 8 has it). The wider of both counts. */
    deadbandPercent: Type.Optional(Type.Number({ minimum: 0, maximum: 100 })),
    /** And when the last one sent is so old, in product time. */
    heartbeatMs: Type.Integer({ minimum: 1, default: 600_000 }),
  },
  strict,
);
export type Report = Static<typeof Report>;

/** What every point of a profile says, whatever the protocol. Value = raw * scale + offset, in `unit`. */
export const pointFields = {
  name: Type.String({ pattern: '^[A-Za-z][A-Za-z0-9_]*$' }),
  unit: Unit,
  scale: Type.Number({ default: 1 }),
  offset: Type.Number({ default: 0 }),
  /** A value outside is sent with quality bad. */
  min: Type.Optional(Type.Number()),
  max: Type.Optional(Type.Number()),
  /** `uncertain`: a value that the device itself only estimates. */
  quality: Type.Optional(oneOf(['uncertain'])),
  report: Type.Optional(Report),
  role: PointRole,
};

/** What may be written to a point; without it, nothing. Values are in `unit`. */
const Writable = Type.Object(
  {
    min: Type.Number(),
    max: Type.Number(),
    /** Shortest wall time from one write of the point to the next. */
    everyMs: Type.Integer({ minimum: 0, default: 1000 }),
  },
  strict,
);
export type Writable = Static<typeof Writable>;

export const ModbusPoint = Type.Object(
  {
    ...pointFields,
    function: oneOf(modbusFunctions),
    /** As in the protocol, from 0. */
    address,
    /** Needed for input and holding registers; coils and discrete inputs are 0 or 1. Eight bits are the low byte. */
    type: Type.Optional(oneOf([...(Object.keys(registersOf) as NumberType[]), 'string'])),
    /** `little`: the least significant register comes first. */
    wordOrder: Type.Unsafe<'big' | 'little'>(Type.Enum(['big', 'little'], { default: 'big' })),
    /** `little`: the bytes of each register are swapped, against the protocol. */
    byteOrder: Type.Unsafe<'big' | 'little'>(Type.Enum(['big', 'little'], { default: 'big' })),
    /** Registers of a string, two characters each. */
    registers: Type.Optional(Type.Integer({ minimum: 1, maximum: 125 })),
    /** First and last bit of an unsigned integer that are the value, 0 being the least significant. */
    bits: Type.Optional(Type.Tuple([bitNumber, bitNumber])),
    /** The number for each text of a string. A text that is not listed gives no value. */
    texts: Type.Optional(Type.Record(Type.String(), Type.Number(), { minProperties: 1 })),
    /** Raw values with which the device says that it has none. */
    notAvailable: Type.Optional(Type.Array(Type.Number())),
    /** Raw values at the end of what the device can show: the true value lies there or beyond, so it is uncertain. */
    saturatesAt: Type.Optional(Type.Array(Type.Number())),
    /** Points of one class are read together; a device may give each class an interval of its own. */
    scanClass: Type.Optional(Type.String({ pattern: '^[A-Za-z][A-Za-z0-9_]*$' })),
    writable: Type.Optional(Writable),
  },
  strict,
);
export type ModbusPoint = Static<typeof ModbusPoint>;

/** Addresses that must not be read, first and last included. */
const Forbidden = Type.Object({ function: oneOf(modbusFunctions), from: address, to: address }, strict);
export type Forbidden = Static<typeof Forbidden>;

export const ModbusProfile = Type.Object(
  {
    profile: Type.String({ minLength: 1 }),
    points: Type.Array(ModbusPoint, { minItems: 1 }),
    /** A read never touches them, not even in the hole between two points. */
    forbidden: Type.Optional(Type.Array(Forbidden)),
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
  readonly points: readonly (Pick<ModbusPoint, 'name' | 'min' | 'max' | 'quality' | 'report'> & {
    readonly scanClass?: string;
    readonly unit?: string;
  })[];
}
