import { Type } from 'typebox';
import { rtuFraming } from '../core/modbus-frame.ts';
import { lineCost } from '../core/poll-plan.ts';
import { ModbusProfile } from '../core/profile.ts';
import { ModbusMaster } from '../links/modbus-master.ts';
import { modbusSource } from '../links/modbus-source.ts';
import { tcpLink } from '../links/tcp-link.ts';
import { defineSource } from './define-source.ts';

/** Nobody tells us at what rate the line behind the server runs. */
const usualBaudRate = 19_200;

/** RTU frames through a serial device server: after a failure both its connection and the line behind it are given up. */
export const source = defineSource({
  kind: 'modbus-rtu-over-tcp',
  schema: Type.Object(
    {
      kind: Type.Literal('modbus-rtu-over-tcp'),
      host: Type.String({ minLength: 1 }),
      port: Type.Integer({ minimum: 1, maximum: 65_535 }),
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
      cost: lineCost(usualBaudRate),
      master: new ModbusMaster({
        link: tcpLink(config),
        framing: rtuFraming,
        timer,
        timeoutMs: config.timeoutMs,
        gapMs: 2,
        silenceMs: config.silenceMs ?? config.timeoutMs,
        dropOnFailure: true,
      }),
    }),
});
