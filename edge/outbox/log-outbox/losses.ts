import { type Gap, gapReasons } from '@kuluma/shared/model/gateway-reports.ts';

type Reason = Gap['reason'];

/** What was lost and not yet written down as gap records; losses of one reason that follow each other are one gap. */
export class Losses {
  readonly dropped = Object.fromEntries(gapReasons.map((reason) => [reason, 0])) as Record<Reason, number>;
  readonly #pending = new Map<Reason, Gap>();

  /** @param loss `samples` null where nobody can know */
  add(loss: Pick<Gap, 'reason' | 'fromMs' | 'toMs' | 'samples'>): void {
    this.dropped[loss.reason] += loss.samples ?? 0;
    this.#merge({ ...loss, pointIds: null });
  }

  #merge(gap: Gap): void {
    const before = this.#pending.get(gap.reason);
    const samples = before?.samples === null || gap.samples === null ? null : gap.samples + (before?.samples ?? 0);
    const fromMs = Math.min(gap.fromMs, before?.fromMs ?? Infinity);
    this.#pending.set(gap.reason, { ...gap, fromMs, toMs: Math.max(gap.toMs, before?.toMs ?? 0), samples });
  }

  get isEmpty(): boolean {
    return this.#pending.size === 0;
  }

  /** Takes all that is pending out. */
  take(): Gap[] {
    const gaps = [...this.#pending.values()];
    this.#pending.clear();
    return gaps;
  }

  /** A gap that was taken and could not be written. */
  putBack(gap: Gap): void {
    this.#merge(gap);
  }
}
