import type { Fault } from '@kuluma/shared/errors.ts';
import { type Id, LocalText } from '@kuluma/shared/model/base.ts';
import { BomLine, ComponentType } from '@kuluma/shared/model/machines.ts';
import { faultsOf, isValid } from '@kuluma/shared/model/validate.ts';
import { type Static, Type } from 'typebox';
import { putMachineModel } from '../set-up/put-machines.ts';
import type { World } from '../set-up/world.ts';
import { WrongEntry } from '../set-up/wrong-entry.ts';

const closed = { additionalProperties: false };
const { partId: _partId, ...bomFields } = BomLine.properties;
const { bom: _bom, kitId: _kitId, ...componentFields } = ComponentType.properties;

/** The machine models of a company: what each component needs when it is repaired, parts by their number. */
export const MachineModelsFile = Type.Array(
  Type.Object(
    {
      key: Type.String({ minLength: 1 }),
      /** Matches the device profile and the fleet history of the type. */
      code: Type.String({ minLength: 1 }),
      name: LocalText,
      manufacturer: Type.String(),
      componentTypes: Type.Array(
        Type.Object(
          {
            ...componentFields,
            /** Its key in kits.csv. */
            kit: Type.Optional(Type.String({ minLength: 1 })),
            bom: Type.Array(Type.Object({ ...bomFields, part: Type.String({ minLength: 1 }) }, closed)),
          },
          closed,
        ),
        { minItems: 1 },
      ),
    },
    closed,
  ),
);

export type MachineModelsFile = Static<typeof MachineModelsFile>;

/** Works the models into the world; all faults are told, and a model with one changes nothing. */
export const applyMachineModels = (file: string, value: unknown, world: World): Fault[] => {
  if (!isValid(MachineModelsFile, value)) return faultsOf(MachineModelsFile, value, file);
  return value.flatMap(({ key, code, name, manufacturer, componentTypes }, at) => {
    const faults: Fault[] = [];
    const kitOf = (key: string | undefined, c: number): { kitId?: Id<'kit'> } => {
      if (key === undefined) return {};
      const kit = world.byKey('kit', key);
      const path = `${file}/${at}/componentTypes/${c}/kit`;
      if (!kit) faults.push({ path, message: `there is no kit "${key}"`, hint: 'add it to kits.csv' });
      return kit ? { kitId: kit.id } : {};
    };
    const known = componentTypes.map(({ bom, kit, ...component }, c) => ({
      ...component,
      ...kitOf(kit, c),
      bom: bom.flatMap(({ part: number, ...line }, l) => {
        const part = world.byKey('part', number);
        const path = `${file}/${at}/componentTypes/${c}/bom/${l}/part`;
        if (!part)
          faults.push({ path, message: `there is no part "${number}"`, hint: 'add it to parts.csv', code: 'gone' });
        return part ? [{ ...line, partId: part.id }] : [];
      }),
    }));
    const origin = { sheet: file, line: at + 1, key };
    if (faults.length > 0) return faults;
    try {
      const given = { code, name, manufacturer, componentTypes: known };
      putMachineModel({ world, origin, key }, world.byKey('machineModel', key), given);
    } catch (error) {
      if (!(error instanceof WrongEntry)) throw error;
      faults.push({ path: `${file}/${at}/${error.field}`, message: error.message, code: error.code });
    }
    return faults;
  });
};
