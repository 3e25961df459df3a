import { pictureBounds } from '@kuluma/shared/model/document-words.ts';
import type { DocumentEdition, DocumentSubject } from '@kuluma/shared/model/documents.ts';
import type { RecordOf } from '@kuluma/shared/model/kinds.ts';
import type { SetUpEntry } from '@kuluma/shared/model/views/set-up.ts';
import { isDay, referred } from './checks.ts';
import type { Put } from './put-people.ts';
import type { World } from './world.ts';
import { WrongEntry } from './wrong-entry.ts';

const isSame = (a: DocumentSubject, b: DocumentSubject): boolean =>
  a.machineModelId === b.machineModelId && a.machineId === b.machineId && a.componentCode === b.componentCode;

/** Each line names a model or a machine that is there, with a component that it has, and none stands twice. */
const checkSubjects = (
  world: World,
  subjects: readonly DocumentSubject[],
  before: readonly DocumentSubject[] | undefined,
): void => {
  subjects.forEach((subject, at) => {
    const { machineModelId, machineId, componentCode } = subject;
    if ((machineModelId === null) === (machineId === null))
      throw new WrongEntry(`subjects/${at}/machineModelId`, 'either', 'name either a model or a machine');
    const old = before?.find((one) => isSame(one, subject));
    const machine = machineId && referred(world, 'machine', machineId, `subjects/${at}/machineId`, old?.machineId);
    const ofModel = machine ? machine.machineModelId : machineModelId;
    const field = `subjects/${at}/machineModelId`;
    const model = ofModel && referred(world, 'machineModel', ofModel, field, machine ? ofModel : old?.machineModelId);
    if (componentCode && model && !old && !model.componentTypes.some(({ code }) => code === componentCode))
      throw new WrongEntry(`subjects/${at}/componentCode`, 'gone', `the model has no component "${componentCode}"`);
    if (subjects.findIndex((one) => isSame(one, subject)) < at)
      throw new WrongEntry(`subjects/${at}`, 'twice', 'this stands twice');
  });
};

/** Another file is another edition; the same file is the same edition, whose day may be put right. */
const editionsWith = (known: readonly DocumentEdition[], given: DocumentEdition): DocumentEdition[] => {
  const earlier = known.at(-1)?.fileId === given.fileId ? known.slice(0, -1) : known;
  const last = earlier.at(-1);
  if (last && given.validFromOn < last.validFromOn)
    throw new WrongEntry('validFromOn', 'backwards', 'the edition before it began later');
  return [...earlier, given];
};

/** A document as a form or a row gives it. @throws WrongEntry */
export const putDocument = (
  { world, origin, key }: Put,
  known: RecordOf<'document'> | undefined,
  { fileId, validFromOn, ...given }: SetUpEntry<'documents'>,
): RecordOf<'document'> => {
  const { picture } = referred(world, 'documentFile', fileId, 'fileId');
  if (given.kind === 'picture' && !picture) {
    const { pixels, bytes } = pictureBounds;
    const rule = `a JPEG of at most ${pixels} pixels and ${bytes / 1024} kB without what its camera wrote into it`;
    throw new WrongEntry('fileId', 'noPicture', `a picture of a machine is ${rule}`, 'choose it anew in the form');
  }
  if (!isDay(validFromOn)) throw new WrongEntry('validFromOn', 'noDay', `there is no day ${validFromOn}`);
  checkSubjects(world, given.subjects, known?.subjects);
  const editions = editionsWith(known?.editions ?? [], { fileId, validFromOn });
  return world.put('document', known, { ...given, editions }, origin, key);
};
