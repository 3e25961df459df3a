import { type Static, Type } from 'typebox';
import { closed, idOf } from '../base.ts';
import { Waveform } from '../gateway-reports.ts';
import { IsoInstant } from './common.ts';

const { sampleRateHz, unit, trigger } = Waveform.properties;
const head = {
  waveformId: idOf('waveform'),
  pointId: idOf('measurementPoint'),
  /** Of the first value. */
  sampledAt: IsoInstant,
  sampleRateHz,
  unit,
  trigger,
  /** How many values it has. */
  count: Type.Integer({ minimum: 0 }),
};

/** A raw signal that a gateway sent along with an alarm or on request, without its values. */
export const WaveformHead = Type.Object(head, closed);
export type WaveformHead = Static<typeof WaveformHead>;

/** `valuesBase64`: little-endian float32, in `unit`. */
export const WaveformView = Type.Object({ ...head, valuesBase64: Type.String() }, closed);
export type WaveformView = Static<typeof WaveformView>;
