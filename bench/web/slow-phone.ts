/** Lighthouse's phone: slow 4G (1.6 Mbit/s down, 750 kbit/s up, 150 ms there and back) and a quarter of this processor. */
export const slowPhone = {
  latencyMs: 150,
  downBytesPerS: 1_600_000 / 8,
  upBytesPerS: 750_000 / 8,
  cpuRate: 4,
} as const;
