import { Type } from 'typebox';
import { udpFraming } from '../core/modbus-frame.ts';
import { networkCost } from '../core/poll-plan.ts';
import { ModbusProfile } from '../core/profile.ts';
import { ModbusMaster } from '../links/modbus-master.ts';
import { modbusSource } from '../links/modbus-source.ts';
import { udpLink } from '../links/udp-link.ts';
import { defineSource } from './define-source.ts';

/** Modbus TCP frames in datagrams: a lost one is a time-out, one to an older request is passed over by its number. */
export const source = defineSource({
  kind: 'modbus-udp',
  schema: Type.Object(
    {
      kind: Type.Literal('modbus-udp'),
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
        link: udpLink(config),
        framing: udpFraming,
        timer,
        timeoutMs: config.timeoutMs,
        gapMs: 0,
        silenceMs: 0,
        dropOnFailure: true,
      }),
    }),
});
