import type { Fault } from '@kuluma/shared/errors.ts';
import type { Touched, World } from '../set-up/world.ts';
import { checklists } from './checklist-sheet.ts';
import { applyMachineModels } from './machine-models.ts';
import { batches, gateways, machines, orders, points } from './machine-sheets.ts';
import { contacts, owners, sites, technicians } from './people-sheets.ts';
import { applySheet, type Sheet, type SheetRows } from './sheet.ts';
import { depots, kits, parts, stock } from './stock-sheets.ts';

/** Files in the order in which they are worked in: what is named comes before what names it. */
const beforeModels: readonly Sheet[] = [depots, parts, kits, owners, contacts, sites];
const afterModels: readonly Sheet[] = [machines, gateways, points, technicians, stock, orders, batches, checklists];
export const allSheets: readonly Sheet[] = [...beforeModels, ...afterModels];
export const machineModelsName = 'machine-models';

export interface ImportInput {
  /** By the name of the sheet. */
  readonly sheets: ReadonlyMap<string, SheetRows>;
  readonly machineModels?: { readonly file: string; readonly value: unknown };
}

/** What an import would do, and what is wrong with its input. */
export interface ImportPlan {
  readonly touched: readonly Touched[];
  readonly faults: readonly Fault[];
}

/** Works out an import against the records as they are; nothing is written. Rows with a fault are left out whole. */
export const planImport = ({ sheets, machineModels }: ImportInput, world: World): ImportPlan => {
  const work = (sheet: Sheet): Fault[] => {
    const rows = sheets.get(sheet.name);
    return rows ? applySheet(sheet, rows, world) : [];
  };
  const faults = [
    ...beforeModels.flatMap(work),
    ...(machineModels ? applyMachineModels(machineModels.file, machineModels.value, world) : []),
    ...afterModels.flatMap(work),
  ];
  return { touched: world.touched(), faults };
};
