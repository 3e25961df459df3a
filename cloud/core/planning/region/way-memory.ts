import { coordinatesOf, type Point, type TravelTable, type Ways } from './travel-table.ts';

/**
 * Remembers ways between places, wherever they came from: those of the places that were asked for last. Places are
 * told apart by their coordinates, so that a person and a machine at one address are one.
 */
export class WayMemory {
  readonly #mostPlaces: number;
  /** Row and column of each place; the one that was asked for longest ago first. */
  readonly #slots = new Map<string, number>();
  readonly #known: Uint8Array;
  readonly #minutes: Float64Array;
  readonly #km: Float64Array;

  /** @param mostPlaces 17 bytes are kept for each pair of so many */
  constructor(mostPlaces: number) {
    this.#mostPlaces = mostPlaces;
    this.#known = new Uint8Array(mostPlaces * mostPlaces);
    this.#minutes = new Float64Array(mostPlaces * mostPlaces);
    this.#km = new Float64Array(mostPlaces * mostPlaces);
  }

  /**
   * Writes the known ways into a table of these points.
   * @returns points whose ways to and from all points are to be asked for; between the others all are known
   */
  recall(points: readonly Point[], { size, minutes, km }: TravelTable): Set<number> {
    const slots = points.map(({ location }) => this.#slots.get(coordinatesOf(location)) ?? -1);
    const wayOf = (from: number, to: number) => (slots[from] as number) * this.#mostPlaces + (slots[to] as number);
    const knows = (from: number, to: number) => this.#known[wayOf(from, to)] === 1;
    const missing = new Set<number>();
    const clique: number[] = [];
    for (const [at, slot] of slots.entries())
      if (slot === -1 || clique.some((other) => !knows(at, other) || !knows(other, at))) missing.add(at);
      else clique.push(at);
    for (const [from, row] of slots.entries())
      for (const [to, column] of slots.entries()) {
        if (row === -1 || column === -1 || !knows(from, to)) continue;
        minutes[from * size + to] = this.#minutes[wayOf(from, to)] as number;
        km[from * size + to] = this.#km[wayOf(from, to)] as number;
      }
    return missing;
  }

  /** Of more places than it has room for, it keeps the last. */
  learn(sources: readonly Point[], targets: readonly Point[], ways: Ways): void {
    for (const point of [...sources, ...targets]) this.#touch(coordinatesOf(point.location));
    const slotOf = ({ location }: Point) => this.#slots.get(coordinatesOf(location));
    const columns = targets.map(slotOf);
    for (const [from, row] of sources.map(slotOf).entries())
      for (const [to, column] of columns.entries()) {
        if (row === undefined || column === undefined) continue;
        const way = row * this.#mostPlaces + column;
        this.#known[way] = 1;
        this.#minutes[way] = ways.minutes[from * targets.length + to] as number;
        this.#km[way] = ways.km[from * targets.length + to] as number;
      }
  }

  #touch(place: string): void {
    const slot = this.#slots.get(place) ?? this.#room();
    this.#slots.delete(place);
    this.#slots.set(place, slot);
  }

  #room(): number {
    if (this.#slots.size < this.#mostPlaces) return this.#slots.size;
    const [[oldest, slot] = ['', 0]] = this.#slots;
    this.#slots.delete(oldest);
    for (let other = 0; other < this.#mostPlaces; other++) {
      this.#known[slot * this.#mostPlaces + other] = 0;
      this.#known[other * this.#mostPlaces + slot] = 0;
    }
    return slot;
  }
}
