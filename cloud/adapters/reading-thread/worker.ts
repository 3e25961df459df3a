import { parentPort, workerData } from 'node:worker_threads';
import { mostPageSigns, mostPages } from '@kuluma/shared/model/document-search.ts';
import { getDocumentProxy } from 'unpdf';
import type { ReadingAnswer } from './reading-thread.ts';

type PdfPage = Awaited<ReturnType<Awaited<ReturnType<typeof getDocumentProxy>>['getPage']>>;

/** A page as somebody would type it: hyphens at the ends of lines are taken back, and signs have one form each (NFC). */
const textOf = async (page: PdfPage): Promise<string> => {
  const { items } = await page.getTextContent();
  const text = items.map((item) => ('str' in item ? `${item.str}${item.hasEOL ? '\n' : ''}` : '')).join('');
  return text
    .normalize('NFC')
    .replace(/\u00ad/g, '')
    .replace(/(?<=\p{Ll})-\n(?=\p{Ll})/gu, '')
    .replace(/[ \t]+/g, ' ')
    .trim()
    .slice(0, mostPageSigns);
};

const read = async (bytes: Uint8Array): Promise<ReadingAnswer> => {
  let pdf: Awaited<ReturnType<typeof getDocumentProxy>>;
  try {
    pdf = await getDocumentProxy(bytes, { verbosity: 0 });
  } catch {
    // What PDF.js cannot open is locked or broken, whatever it says of it.
    return null;
  }
  const pages: string[] = [];
  for (let number = 1; number <= Math.min(pdf.numPages, mostPages); number++) {
    const page = await pdf.getPage(number);
    pages.push(await textOf(page));
    page.cleanup();
  }
  return pages;
};

parentPort?.postMessage(await read(workerData as Uint8Array));
