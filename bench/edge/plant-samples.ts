import { machineTypes } from '@kuluma/firmware-sim/machines/index.ts';
import { Machine } from '@kuluma/firmware-sim/machines/machine.ts';
import { placePoints, rawFrom } from '@kuluma/firmware-sim/machines/registers.ts';
import { seededRandom } from '@kuluma/shared/clock.ts';
import { type Id, newId } from '@kuluma/shared/model/base.ts';
import type { Sample } from '@kuluma/shared/model/sample.ts';

const types = ['centrifugal-pump', 'screw-compressor', 'gearbox-conveyor', 'cnc-spindle'] as const;

/** Machines of the reference plant, as many as give `pointCount` points, each read once a second as the agent reads it. */
export class PlantSamples {
  readonly pointIds: Id<'measurementPoint'>[] = [];
  readonly #devices: { read(atMs: number): Sample[] }[] = [];

  constructor(pointCount: number, startMs: number) {
    const random = seededRandom(20261122);
    for (let n = 0; this.pointIds.length < pointCount; n++) {
      const type = machineTypes[types[n % types.length] ?? 'centrifugal-pump'];
      const machine = new Machine({ type, seed: n, startMs: startMs - 200 * 86_400_000, latitudeDeg: 61 });
      const places = placePoints(type).slice(0, pointCount - this.pointIds.length);
      const ids = places.map(() => newId('measurementPoint', random));
      this.pointIds.push(...ids);
      this.#devices.push({
        read: (sampledAtMs) => {
          const values = machine.observe(sampledAtMs);
          return places.map(({ point, index }, i) => ({
            pointId: ids[i] as Id<'measurementPoint'>,
            sampledAtMs,
            value: rawFrom(point, values[index] ?? 0) * point.scale,
            quality: 'good',
          }));
        },
      });
    }
  }

  /** What the devices gave in the quarter of a second that begins at `fromMs`: each is read once a second, evenly spread. */
  quarter(fromMs: number): Sample[] {
    const count = this.#devices.length;
    const quarter = Math.floor(fromMs / 250) % 4;
    const samples: Sample[] = [];
    for (let d = Math.ceil((quarter * count) / 4); d < ((quarter + 1) * count) / 4; d++)
      for (const sample of this.#devices[d]?.read(fromMs + Math.floor((d * 1000) / count) - quarter * 250) ?? [])
        samples.push(sample);
    return samples;
  }
}
