import type { ContractEntry, WarrantyEntry } from '../agreements.ts';
import type { LocalText } from '../base.ts';
import type { PictureSize } from '../documents.ts';
import type { HealthGrade } from '../forecast.ts';
import type { findingVerdicts, visitStates } from '../service.ts';
import type { MachineHead } from './common.ts';
import type { DocumentView } from './documents.ts';

/** What an owner's pages, which the service writes itself, say of their machines. They go over no wire, so they need no schema. */

export interface OwnerMachineRow {
  readonly machine: MachineHead;
  /** Of the worst component; unknown where nothing newer is known. */
  readonly healthGrade: HealthGrade;
  /** Of what is known; null where nothing is. */
  readonly knownAt: string | null;
}

export interface OwnerOfferRow {
  readonly offerId: string;
  readonly machine: MachineHead;
  readonly componentName: LocalText;
  readonly action: 'replace' | 'inspect';
  readonly grossCents: number;
}

export interface OwnerContractRow {
  readonly contractOfferId: string;
  readonly machineTag: string;
  readonly monthlyGrossCents: number;
}

export interface OwnerCaseRow {
  readonly caseId: string;
  readonly origin: 'faultReport' | 'question' | 'feedback';
  readonly machineTag: string | null;
  readonly turn: 'company' | 'owner';
}

export interface OwnerMachines {
  readonly machines: readonly OwnerMachineRow[];
  /** That wait for an answer. */
  readonly offers: readonly OwnerOfferRow[];
  readonly contracts: readonly OwnerContractRow[];
  /** That are open. */
  readonly cases: readonly OwnerCaseRow[];
}

export interface OwnerAgreements {
  readonly warranty: WarrantyEntry | null;
  readonly contract: (ContractEntry & { readonly monthlyGrossCents: number; readonly visitGrossCents: number }) | null;
  /** In which the days of agreements are counted. */
  readonly today: string;
}

export interface OwnerMachine extends OwnerMachineRow {
  readonly components: readonly { readonly name: LocalText; readonly healthGrade: HealthGrade }[];
  readonly visits: readonly {
    readonly offerId: string;
    readonly state: (typeof visitStates)[number];
    readonly arrivalFromAt: string;
    readonly arrivalToAt: string;
    readonly technicianName: string;
    readonly componentName: LocalText;
  }[];
  /** Those which began last, also where they have ended; contracts of this owner alone. */
  readonly agreements: OwnerAgreements;
  /** What was done, newest first. */
  readonly history: readonly {
    readonly offerId: string;
    readonly closedAt: string;
    readonly componentName: LocalText;
    readonly findingVerdict: (typeof findingVerdicts)[number];
    readonly finding: string;
    readonly isReplaced: boolean;
  }[];
  readonly cases: readonly OwnerCaseRow[];
  readonly picture: (PictureSize & { readonly fileId: string }) | null;
  /** Those that are for owners, the picture aside. */
  readonly documents: readonly DocumentView[];
}
