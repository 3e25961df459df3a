import type { Id } from '@kuluma/shared/model/base.ts';

/** Series are numbered: (organisation, point) -> number. */
export class SeriesNumbers {
  readonly #numbers = new Map<string, Map<string, number>>();
  #next = 0;

  /** One more than the highest number ever used. */
  get next(): number {
    return this.#next;
  }

  of(organisationId: string, pointId: string): number | undefined {
    return this.#numbers.get(organisationId)?.get(pointId);
  }

  /** Ids of all points of an organisation by the numbers of their series. */
  pointsOf(organisationId: string): Map<number, Id<'measurementPoint'>> {
    const numbers = this.#numbers.get(organisationId) ?? new Map<string, number>();
    return new Map([...numbers].map(([pointId, series]) => [series, pointId as Id<'measurementPoint'>]));
  }

  set(organisationId: string, pointId: string, series: number): void {
    const points = this.#numbers.get(organisationId) ?? new Map<string, number>();
    this.#numbers.set(organisationId, points.set(pointId, series));
    this.#next = Math.max(this.#next, series + 1);
  }

  delete(organisationId: string, pointId: string): void {
    this.#numbers.get(organisationId)?.delete(pointId);
  }

  clear(): void {
    this.#numbers.clear();
    this.#next = 0;
  }
}
