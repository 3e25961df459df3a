import { Packr } from 'msgpackr';
import { Type } from 'typebox';
import { AppError, type Fault } from '../errors.ts';
import { type Id, Instant, idOf, oneOf } from '../model/base.ts';
import { type Sample, sampleQualities } from '../model/sample.ts';
import { type SampleClass, sampleClasses } from '../model/topics.ts';
import { faultsOf, isValid } from '../model/validate.ts';

/** What one MQTT message carries. Gateway, epoch, class and seq are its key: equal keys are the same batch, however often it comes. */
export interface SampleBatch {
  readonly gatewayId: Id<'gateway'>;
  /** Boot counter of the gateway; rises at each start. */
  readonly epoch: number;
  readonly class: SampleClass;
  /** From 0 without a gap within a gateway, epoch and class. */
  readonly seq: number;
  /** At least one. */
  readonly samples: readonly Sample[];
}

export const batchVersion = 1;
const maxSamples = 100_000;

/** The bytes on the wire as columns; docs/wire.md says what each holds. */
const Columns = Type.Object(
  {
    v: Type.Literal(batchVersion),
    gatewayId: idOf('gateway'),
    epoch: Type.Integer({ minimum: 0 }),
    class: oneOf(sampleClasses),
    seq: Type.Integer({ minimum: 0 }),
    points: Type.Array(idOf('measurementPoint'), { minItems: 1, maxItems: maxSamples }),
    point: Type.Array(Type.Integer({ minimum: 0 }), { minItems: 1, maxItems: maxSamples }),
    baseMs: Instant,
    dtMs: Type.Array(Type.Integer()),
    quality: Type.Array(Type.Integer({ minimum: 0, maximum: sampleQualities.length - 1 })),
    value: Type.Unsafe<Uint8Array>({}),
  },
  { additionalProperties: false },
);

const packr = new Packr({ useRecords: false });

/** The samples' values, little-endian: float32 where that loses nothing for any of them, else float64. */
const packValues = (samples: readonly Sample[]): Uint8Array => {
  const narrow = samples.every(({ value }) => Object.is(Math.fround(value), value));
  const width = narrow ? 4 : 8;
  const bytes = new Uint8Array(samples.length * width);
  const view = new DataView(bytes.buffer);
  for (const [i, { value }] of samples.entries())
    if (narrow) view.setFloat32(i * width, value, true);
    else view.setFloat64(i * width, value, true);
  return bytes;
};

/** The bytes of a batch, lossless. */
export const encodeBatch = (batch: SampleBatch): Uint8Array => {
  const indexOf = new Map<Sample['pointId'], number>();
  const point: number[] = [];
  const dtMs: number[] = [];
  const quality: number[] = [];
  const baseMs = batch.samples[0]?.sampledAtMs ?? 0;
  let beforeMs = baseMs;
  for (const sample of batch.samples) {
    const index = indexOf.get(sample.pointId) ?? indexOf.size;
    indexOf.set(sample.pointId, index);
    point.push(index);
    dtMs.push(sample.sampledAtMs - beforeMs);
    beforeMs = sample.sampledAtMs;
    quality.push(sampleQualities.indexOf(sample.quality));
  }
  return packr.pack({
    v: batchVersion,
    gatewayId: batch.gatewayId,
    epoch: batch.epoch,
    class: batch.class,
    seq: batch.seq,
    points: [...indexOf.keys()],
    point,
    baseMs,
    dtMs,
    // One entry stands for all: in a healthy plant nearly every batch is all good.
    quality: quality.every((q) => q === quality[0]) ? quality.slice(0, 1) : quality,
    value: packValues(batch.samples),
  });
};

const refuse = (faults: readonly Fault[], cause?: unknown): never => {
  const first = faults[0];
  throw new AppError('INPUT_INVALID', `the batch is not valid: ${first?.path} ${first?.message}`, { faults, cause });
};

const unpack = (bytes: Uint8Array): unknown => {
  try {
    return packr.unpack(bytes);
  } catch (cause) {
    return refuse([{ path: '/', message: 'must be one msgpack map' }], cause);
  }
};

/**
 * The batch in `bytes`. Values may be NaN or infinite: who takes the samples counts and refuses those one by one.
 * @throws INPUT_INVALID for anything that `encodeBatch` would not have made, with the faults.
 */
export const decodeBatch = (bytes: Uint8Array): SampleBatch => {
  const columns = unpack(bytes);
  if (!isValid(Columns, columns)) return refuse(faultsOf(Columns, columns));
  const { gatewayId, epoch, seq, points, point, dtMs, quality, value } = columns;
  const count = point.length;
  if (dtMs.length !== count) refuse([{ path: '/dtMs', message: `must have ${count} entries` }]);
  if (quality.length !== count && quality.length !== 1)
    refuse([{ path: '/quality', message: `must have ${count} entries or one` }]);
  if (!(value instanceof Uint8Array) || (value.length !== 8 * count && value.length !== 4 * count))
    refuse([{ path: '/value', message: `must be ${count} float64 or float32` }]);
  const view = new DataView(value.buffer, value.byteOffset, value.length);
  const narrow = value.length === 4 * count;
  let sampledAtMs = columns.baseMs;
  const samples = point.map((index, i): Sample => {
    const pointId = points[index];
    sampledAtMs += dtMs[i] as number;
    if (pointId === undefined) return refuse([{ path: `/point/${i}`, message: `must be below ${points.length}` }]);
    if (!isValid(Instant, sampledAtMs)) return refuse([{ path: `/dtMs/${i}`, message: 'must lead to an instant' }]);
    return {
      pointId,
      sampledAtMs,
      value: narrow ? view.getFloat32(i * 4, true) : view.getFloat64(i * 8, true),
      quality: sampleQualities[quality[quality.length === 1 ? 0 : i] as number] as Sample['quality'],
    };
  });
  return { gatewayId, epoch, class: columns.class, seq, samples };
};
