import type { Reading } from '@kuluma/shared/model/forecast.ts';

/** The newest reading of one point on one machine. */
export interface PeerReading {
  readonly machineId: string;
  readonly point: string;
  /** In which the machine runs now. */
  readonly regime: number;
  readonly value: number;
}

export type Peers = NonNullable<Reading['peers']>;

/** Of fewer nobody would say "the others". */
const leastPeers = 3;

/** Newest readings of all machines of one model, sorted so that each machine can be held against the others. */
export const createPeerTable = (readings: readonly PeerReading[]) => {
  const groups = Map.groupBy(readings, ({ point, regime }) => `${regime} ${point}`);
  const sorted = new Map([...groups].map(([key, group]) => [key, group.sort((a, b) => a.value - b.value)]));
  return {
    /** The others of the same model that run in the same regime: median, P10 and P90. */
    othersOf(machineId: string, point: string, regime: number): Peers | null {
      const group = sorted.get(`${regime} ${point}`) ?? [];
      const own = group.findIndex((reading) => reading.machineId === machineId);
      const machines = group.length - (own < 0 ? 0 : 1);
      if (machines < leastPeers) return null;
      const at = (level: number): number => {
        const rank = Math.min(machines - 1, Math.floor(level * machines));
        return group[own >= 0 && rank >= own ? rank + 1 : rank]?.value ?? Number.NaN;
      };
      return { median: at(0.5), low: at(0.1), high: at(0.9), machines };
    },
  };
};
export type PeerTable = ReturnType<typeof createPeerTable>;
