import { oneOf } from '@kuluma/shared/model/base.ts';
import { Type } from 'typebox';
import { rtuFraming } from '../core/modbus-frame.ts';
import { lineCost } from '../core/poll-plan.ts';
import { ModbusProfile } from '../core/profile.ts';
import { ModbusMaster } from '../links/modbus-master.ts';
import { modbusSource } from '../links/modbus-source.ts';
import { serialLink } from '../links/serial-link.ts';
import { defineSource } from './define-source.ts';

/** 3.5 characters of 11 bits, and never below 1.75 ms (Modbus over Serial Line V1.02, 2.5.1.1). */
const frameGapMs = (baudRate: number): number => Math.max(1.75, (3.5 * 11 * 1000) / baudRate);

/** Modbus RTU: many units on one serial port, one request at a time. */
export const source = defineSource({
  kind: 'modbus-rtu',
  schema: Type.Object(
    {
      kind: Type.Literal('modbus-rtu'),
      path: Type.String({ minLength: 1 }),
      baudRate: Type.Integer({ minimum: 300, default: 19_200 }),
      parity: Type.Unsafe<'none' | 'even' | 'odd'>({ ...oneOf(['none', 'even', 'odd']), default: 'even' }),
      timeoutMs: Type.Integer({ minimum: 1, default: 1000 }),
      /** How much later than the time-out a unit may still answer; nothing is sent in that time after a failure. */
      silenceMs: Type.Optional(Type.Integer({ minimum: 0 })),
    },
    { additionalProperties: false },
  ),
  profileSchema: ModbusProfile,
  open: (config, { clock, timer }) =>
    modbusSource({
      clock,
      timer,
      cost: lineCost(config.baudRate),
      master: new ModbusMaster({
        link: serialLink(config),
        framing: rtuFraming,
        timer,
        timeoutMs: config.timeoutMs,
        gapMs: frameGapMs(config.baudRate),
        silenceMs: config.silenceMs ?? config.timeoutMs,
        dropOnFailure: false,
      }),
    }),
});
