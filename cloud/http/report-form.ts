import fastifyMultipart from '@fastify/multipart';
import { errorCodes } from '@kuluma/shared/errors.ts';
import { type CasePhoto, CaseText, mostReportPhotoBytes } from '@kuluma/shared/model/cases.ts';
import { idempotencyKey } from '@kuluma/shared/model/idempotency-key.ts';
import { isValid } from '@kuluma/shared/model/validate.ts';
import type { FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { bareJpeg, type PhotoRefusal } from '../core/cases/photo.ts';
import type { CaseNotice } from '../core/messages/owner-pages/case-page.ts';
import type { FileStore } from '../ports.ts';
import type { App } from './fastify-app.ts';
import type { Form } from './letter-pages.ts';
import { newSecret } from './secrets.ts';

/** Forms of a few fields and one picture; what is larger is read to its end, so that the sender hears why. */
export const registerReportForms = (scope: App): void => {
  void scope.register(fastifyMultipart, {
    throwFileSizeLimit: false,
    limits: { fileSize: mostReportPhotoBytes, files: 1, fields: 10, fieldSize: 16 * 1024 },
  });
};

/** The fields of a report, and the picture that came along, if any. */
export const reportOf = async (
  request: FastifyRequest,
): Promise<{ readonly form: Form; readonly photo: Uint8Array | 'tooLarge' | undefined }> => {
  if (!request.isMultipart()) return { form: request.body as Form, photo: undefined };
  const form: Form = {};
  let photo: Uint8Array | 'tooLarge' | undefined;
  for await (const part of request.parts()) {
    if (part.type === 'field') {
      // A browser counts the end of a line as one sign, and sends two.
      form[part.fieldname] = String(part.value).replaceAll('\r\n', '\n');
      continue;
    }
    const bytes = await part.toBuffer();
    // A field that was left empty comes as a file without name and content.
    if (part.file.truncated) photo = 'tooLarge';
    else if (bytes.length > 0) photo = bytes;
  }
  return { form, photo };
};

/** The status of a page that says so. */
export const noticeStatus = {
  received: 200,
  notSent: errorCodes.INPUT_INVALID.status,
  photoTooLarge: 413,
  noPhoto: 415,
} as const satisfies Record<CaseNotice, number>;

/** The picture of a form without what its camera wrote, or why it is not taken. */
export const bareOf = (photo: Uint8Array | 'tooLarge' | undefined): Uint8Array | PhotoRefusal | undefined => {
  if (photo === 'tooLarge') return 'photoTooLarge';
  return photo && (bareJpeg(photo) ?? 'noPhoto');
};

/** Keeps a picture among the files. */
export const keepPhoto = async (files: FileStore, bytes: Uint8Array): Promise<CasePhoto> => {
  const uploadId = `report-${newSecret()}`;
  await files.append(uploadId, 0, bytes);
  return { mediaType: 'image/jpeg', bytes: bytes.length, sha256: await files.keep(uploadId) };
};

const Said = Type.Object({ idempotencyKey, text: CaseText });

/** What the form of a thread says, its picture kept; or what is wrong with it, with the words that were written. */
export const saidIn = async (
  files: FileStore,
  request: FastifyRequest,
): Promise<
  | { readonly idempotencyKey: string; readonly text: string; readonly photo: CasePhoto | undefined }
  | { readonly notice: 'notSent' | PhotoRefusal; readonly written: string }
> => {
  const { form, photo } = await reportOf(request);
  const written = form['text'] ?? '';
  const said = { idempotencyKey: form['idempotencyKey'], text: written.trim() };
  if (!isValid(Said, said)) return { notice: 'notSent', written };
  const bare = bareOf(photo);
  if (typeof bare === 'string') {
    request.log.info({ notice: bare, reference: request.id }, 'a photo was refused');
    return { notice: bare, written };
  }
  return { ...said, photo: bare && (await keepPhoto(files, bare)) };
};
