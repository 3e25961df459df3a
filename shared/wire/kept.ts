import { type Static, Type } from 'typebox';
import { closed, oneOf } from '../model/base.ts';
import { type SampleClass, sampleClasses } from '../model/topics.ts';
import type { RecordKey } from './record.ts';

const Count = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER });

/** Records of one gateway that follow each other, both ends included. */
const KeptRange = Type.Object({ epoch: Count, class: oneOf(sampleClasses), first: Count, last: Count }, closed);
type KeptRange = Static<typeof KeptRange>;

/** JSON on the `kept` channel, not retained: records of that gateway that are on a disk of the cloud, now or long since. */
export const Kept = Type.Object({ v: Type.Literal(1), ranges: Type.Array(KeptRange, { minItems: 1 }) }, closed);
export type Kept = Static<typeof Kept>;

type Numbered = Pick<RecordKey, 'epoch' | 'class' | 'seq'>;

const rank = (of: SampleClass): number => sampleClasses.indexOf(of);
const inOrder = (a: Numbered, b: Numbered): number =>
  a.epoch - b.epoch || rank(a.class) - rank(b.class) || a.seq - b.seq;

/** The fewest ranges that cover exactly these records of one gateway, of which there is at least one. */
export const keptOf = (keys: readonly Numbered[]): Kept => {
  const ranges: KeptRange[] = [];
  for (const { epoch, class: of, seq } of keys.toSorted(inOrder)) {
    const open = ranges.at(-1);
    if (open && open.epoch === epoch && open.class === of && seq <= open.last + 1) open.last = seq;
    else ranges.push({ epoch, class: of, first: seq, last: seq });
  }
  return { v: 1, ranges };
};

export const isKept = ({ ranges }: Kept, key: Numbered): boolean =>
  ranges.some((r) => r.epoch === key.epoch && r.class === key.class && r.first <= key.seq && key.seq <= r.last);
