import type { WorkField } from '@kuluma/shared/model/merged-work.ts';
import type { VisitView } from '@kuluma/shared/model/views/visit.ts';
import type { VisitDraft } from '../visit-draft.ts';

/** What a step shows, and what it lets the technician fill in. */
export interface StepProps {
  readonly visit: VisitView;
  readonly work: ReadonlyMap<string, WorkField>;
  readonly draft: VisitDraft;
  readonly change: (to: VisitDraft) => void;
}
