import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { machineTypeNames, machineTypes } from '@kuluma/firmware-sim/machines/index.ts';
import { profileOf, profileYaml } from '@kuluma/firmware-sim/machines/profile.ts';
import { describe, expect, it } from 'vitest';

describe.each(machineTypeNames)('the device profile of a %s', (name) => {
  it('is the register map that the simulator serves', () => {
    const file = fileURLToPath(new URL(`../../edge/profiles/${name}.yaml`, import.meta.url));
    expect(readFileSync(file, 'utf8')).toBe(profileYaml(profileOf(machineTypes[name])));
  });
});
