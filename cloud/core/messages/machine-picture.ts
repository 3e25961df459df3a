import type { LocalText } from '@kuluma/shared/model/base.ts';
import type { PictureSize } from '@kuluma/shared/model/documents.ts';
import { type Html, html } from './html.ts';

/** Where the picture of a machine is, and how large. */
export interface MachinePicture extends PictureSize {
  readonly url: string;
}

/** The machine as its owner knows it; nothing where there is no picture. */
export const machinePicture = (
  words: { own(text: LocalText): string },
  { tag, modelName }: { readonly tag: string; readonly modelName: LocalText },
  picture: MachinePicture | null,
): Html | null =>
  picture &&
  html`<img class="machine-picture" src="${picture.url}" width="${picture.width}" height="${picture.height}" alt="${tag}, ${words.own(modelName)}" loading="lazy">`;
