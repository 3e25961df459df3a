import { useSearch } from '@tanstack/react-router';
import { type MachineSearch, machineSearchOf } from './machine-search.ts';

/** What the address says of the machine; the router gives whatever else stands in it too, nonsense and all. */
export const useMachineSearch = (): MachineSearch =>
  machineSearchOf({ ...useSearch({ from: '/machines/$machineId' }) });
