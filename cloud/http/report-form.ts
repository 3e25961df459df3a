import fastifyMultipart from '@fastify/multipart';
import { type CasePhoto, mostReportPhotoBytes } from '@kuluma/shared/model/cases.ts';
import type { FastifyRequest } from 'fastify';
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

/** Keeps a picture among the files. */
export const keepPhoto = async (files: FileStore, bytes: Uint8Array): Promise<CasePhoto> => {
  const uploadId = `report-${newSecret()}`;
  await files.append(uploadId, 0, bytes);
  return { mediaType: 'image/jpeg', bytes: bytes.length, sha256: await files.keep(uploadId) };
};
