import type { Id } from '@kuluma/shared/model/base.ts';

/** What the samples of a point in one hour come to. */
export interface PointHour {
  readonly pointId: Id<'measurementPoint'>;
  /** Start of the hour. */
  readonly hourMs: number;
  /** One per time. */
  readonly samples: number;
  /** Of them good or uncertain. */
  readonly usable: number;
  /** Of the usable ones; null where there is none. */
  readonly low: number | null;
  readonly high: number | null;
  /** Samples for a time that had one already; null where the store cannot tell. */
  readonly duplicates: number | null;
}

/** How well a point was measured over one hour; null where nothing can be said. Shares are of 0..1. */
export interface PointQuality extends PointHour {
  /** Samples that came, of those that its past lets expect. */
  readonly completeness: number | null;
  /** Share of the hour of which a gateway reported that it lost the samples. */
  readonly knownMissing: number;
  /** The same value all hour long, although the point usually moves and its machine did. */
  readonly isStuck: boolean;
  /** Far beyond what the point usually reads. */
  readonly isOutOfRange: boolean;
  /** Mean of received minus sampled. */
  readonly latenessMs: number | null;
  /** Sampled ahead of the cloud's clock, at most by so much; 0 where none was. */
  readonly aheadMs: number;
}

/** A gateway's clock that is so much ahead is wrong, whatever the way took. */
export const aheadTolerance = 5_000;

/**
 * 0 to 1: the share of the hour's expected samples that came and are of use. Nothing expected counts as nothing missing.
 */
export const scoreOf = ({ samples, usable, completeness, isStuck, isOutOfRange }: PointQuality): number => {
  if (isStuck || isOutOfRange) return 0;
  return (completeness ?? 1) * (samples > 0 ? usable / samples : 1);
};
