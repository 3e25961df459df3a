import type { Id } from '@kuluma/shared/model/base.ts';
import { hourMs } from '@kuluma/shared/model/units.ts';
import type { PointQuality } from '../../core/quality/point-quality.ts';
import type { Times } from './loose-rows.ts';

type Points = ReadonlyMap<number, Id<'measurementPoint'>>;
type Read = (points: Points, times: Times) => Promise<PointQuality[]>;

/** Questions that are kept, of a machine each. */
const mostQuestions = 5_000;

/** What was judged of hours, read once and kept until anything of it is written or removed. */
export class JudgedHours {
  readonly #answers = new Map<string, Promise<PointQuality[]>>();
  readonly #read: Read;

  constructor(read: Read) {
    this.#read = read;
  }

  async of(points: Points, { fromMs, toMs }: Times): Promise<PointQuality[]> {
    // Judgements are of whole hours: within one, every instant asks the same.
    const times = { fromMs, toMs: Math.ceil(toMs / hourMs) * hourMs };
    const question = [times.fromMs, times.toMs, ...points.keys()].join();
    const known = this.#answers.get(question);
    if (known) return [...(await known)];
    if (this.#answers.size >= mostQuestions) this.#answers.clear();
    const reading = this.#read(points, times);
    this.#answers.set(question, reading);
    reading.catch(() => this.#answers.delete(question));
    return [...(await reading)];
  }

  forget(): void {
    this.#answers.clear();
  }
}
