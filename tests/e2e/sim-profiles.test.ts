import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { machineTypeNames, machineTypes } from '@kuluma/firmware-sim/machines/index.ts';
import { lineProfileOf, profileOf, profileYaml, vibrationProfileOf } from '@kuluma/firmware-sim/machines/profile.ts';
import { describe, expect, it } from 'vitest';

const shipped = (name: string) =>
  readFileSync(fileURLToPath(new URL(`../../edge/profiles/${name}.yaml`, import.meta.url)), 'utf8');

describe.each(machineTypeNames)('the device profiles of a %s', (name) => {
  it('are the register map, the line and the raw signals that the simulator serves', () => {
    expect(shipped(name)).toBe(profileYaml(profileOf(machineTypes[name])));
    expect(shipped(`${name}-line`)).toBe(profileYaml(lineProfileOf(machineTypes[name])));
    expect(shipped(`${name}-vibration`)).toBe(profileYaml(vibrationProfileOf(machineTypes[name])));
  });
});
