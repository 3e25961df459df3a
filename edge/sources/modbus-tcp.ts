import { Type } from 'typebox';
import { tcpFraming } from '../core/modbus-frame.ts';
import { networkCost } from '../core/poll-plan.ts';
import { ModbusProfile } from '../core/profile.ts';
import { ModbusMaster } from '../links/modbus-master.ts';
import { modbusSource } from '../links/modbus-source.ts';
import { tcpLink } from '../links/tcp-link.ts';
import { defineSource } from './define-source.ts';

/** Modbus TCP: each reply names its request; a connection on which one failed is dropped. */
export const source = defineSource({
  kind: 'modbus-tcp',
  schema: Type.Object(
    {
      kind: Type.Literal('modbus-tcp'),
      host: Type.String({ minLength: 1 }),
      port: Type.Integer({ minimum: 1, maximum: 65_535, default: 502 }),
      timeoutMs: Type.Integer({ minimum: 1, default: 1000 }),
    },
    { additionalProperties: false },
  ),
  profileSchema: ModbusProfile,
  open: (config, { clock, timer }) =>
    modbusSource({
      clock,
      timer,
      cost: networkCost,
      master: new ModbusMaster({
        link: tcpLink(config),
        framing: tcpFraming,
        timer,
        timeoutMs: config.timeoutMs,
        gapMs: 0,
        silenceMs: 0,
        dropOnFailure: true,
      }),
    }),
});
