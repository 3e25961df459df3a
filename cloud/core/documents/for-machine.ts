import { documentKinds } from '@kuluma/shared/model/document-words.ts';
import { type Document, type DocumentSubject, editionOn } from '@kuluma/shared/model/documents.ts';

/** What a document is wanted for: a machine, and the component that a visit is about, if it is about one. */
export interface Wanted {
  readonly machineId: string;
  readonly machineModelId: string;
  readonly componentCode: string | null;
  /** Today where the company is, ISO 8601. */
  readonly today: string;
  /** Whether only what its owner may read is wanted. */
  readonly forOwner: boolean;
}

/** A document with the edition of today, and those lines of what it is about that speak of the machine. */
export interface FoundDocument {
  readonly document: Document;
  readonly edition: Document['editions'][number];
  readonly subjects: readonly DocumentSubject[];
}

const isOf = ({ machineId, machineModelId, componentCode }: DocumentSubject, wanted: Wanted): boolean =>
  (machineId === wanted.machineId || machineModelId === wanted.machineModelId) &&
  (wanted.componentCode === null || componentCode === null || componentCode === wanted.componentCode);

/** 0 for what speaks of the component of the visit, 1 for the one machine, 2 for its model. */
const rankOf = ({ subjects }: FoundDocument, { componentCode }: Wanted): number => {
  if (componentCode !== null && subjects.some((subject) => subject.componentCode === componentCode)) return 0;
  return subjects.some(({ machineId }) => machineId !== null) ? 1 : 2;
};

/** The documents that are in force for a machine, what is wanted most first. */
export const documentsFor = (documents: readonly Document[], wanted: Wanted): FoundDocument[] => {
  const found: FoundDocument[] = [];
  for (const document of documents) {
    if (document.endedAtMs !== undefined || (wanted.forOwner && document.audience !== 'owner')) continue;
    const subjects = document.subjects.filter((subject) => isOf(subject, wanted));
    const edition = editionOn(document.editions, wanted.today);
    if (subjects.length > 0 && edition) found.push({ document, edition, subjects });
  }
  const order = (one: FoundDocument) => documentKinds.indexOf(one.document.kind);
  return found.sort(
    (a, b) =>
      rankOf(a, wanted) - rankOf(b, wanted) ||
      order(a) - order(b) ||
      a.document.title.localeCompare(b.document.title, 'fi', { numeric: true }),
  );
};

const isWhole = ({ componentCode }: DocumentSubject): boolean => componentCode === null;

/** The newest picture of the machine itself, else of its model; what shows one of its components is none of it. */
export const pictureAmong = (found: readonly FoundDocument[]): FoundDocument | undefined => {
  const isOwn = ({ subjects }: FoundDocument) => subjects.some((one) => isWhole(one) && one.machineId !== null);
  return found
    .filter(({ document, subjects }) => document.kind === 'picture' && subjects.some(isWhole))
    .sort(
      (a, b) =>
        Number(isOwn(b)) - Number(isOwn(a)) ||
        b.edition.validFromOn.localeCompare(a.edition.validFromOn) ||
        b.document.createdAtMs - a.document.createdAtMs,
    )[0];
};

/** Where to open it: at the component of the visit, else where the machine is spoken of; null for its beginning. */
export const pageOf = ({ subjects }: FoundDocument, { componentCode }: Wanted): number | null =>
  (subjects.find((one) => one.componentCode === componentCode) ?? subjects[0])?.page ?? null;
