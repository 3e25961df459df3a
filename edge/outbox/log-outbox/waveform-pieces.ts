import type { Waveform } from '@kuluma/shared/model/gateway-reports.ts';

/** A float32 hardly packs, and a record must fit into a letter. */
const mostValues = 40_000;

/** The waveform as stretches that fit into one record each; only the last is shorter than the most. */
export const piecesOf = (waveform: Waveform): Waveform[] => {
  const { values, sampledAtMs, sampleRateHz } = waveform;
  const count = values.length / 4;
  return Array.from({ length: Math.ceil(count / mostValues) }, (_, i) => ({
    ...waveform,
    sampledAtMs: sampledAtMs + Math.round((i * mostValues * 1000) / sampleRateHz),
    values: values.subarray(4 * i * mostValues, 4 * (i + 1) * mostValues),
  }));
};
