import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { signatureBox } from '@kuluma/shared/model/visit-work.ts';
import PDFDocument from 'pdfkit';
import type { PrintedReport } from '../../core/visits/printed-report.ts';

const margin = 56;
const inkGrey = '#435260';
const signatureWidth = 200;
const signatureHeight = (signatureWidth / signatureBox.width) * signatureBox.height;
/** Of the title above the signature and the line below it. */
const aroundSignature = 60;

/** Joiners and soft hyphens mean nothing on paper. */
const printable = (text: string): string => text.replace(/[\u00ad\u200b\u2060\ufeff]/g, '');

let read: { readonly regular: Buffer; readonly bold: Buffer } | undefined;
/** Noto Sans: letters of Latin, Greek and Cyrillic, of which the fonts that PDF brings itself know Western Europe's. Read once. */
const fonts = () => {
  read ??= {
    regular: readFileSync(
      fileURLToPath(import.meta.resolve('@expo-google-fonts/noto-sans/400Regular/NotoSans_400Regular.ttf')),
    ),
    bold: readFileSync(
      fileURLToPath(import.meta.resolve('@expo-google-fonts/noto-sans/600SemiBold/NotoSans_600SemiBold.ttf')),
    ),
  };
  return read;
};

const drawStrokes = (doc: PDFKit.PDFDocument, strokes: PrintedReport['signature']['strokes']): void => {
  const scale = signatureWidth / signatureBox.width;
  const [left, top] = [doc.x, doc.y];
  doc.save().lineWidth(1.2).lineCap('round').lineJoin('round');
  for (const stroke of strokes) {
    const at = (i: number): [number, number] => [left + (stroke[i] ?? 0) * scale, top + (stroke[i + 1] ?? 0) * scale];
    doc.moveTo(...at(0));
    // A touch without a move is a dot.
    if (stroke.length < 4) doc.lineTo(at(0)[0] + 0.5, at(0)[1]);
    for (let i = 2; i + 1 < stroke.length; i += 2) doc.lineTo(...at(i));
    doc.stroke();
  }
  doc.restore();
  doc.y = top + signatureHeight + 4;
};

/** The report on A4, with tags for readers that speak. */
export const printReport = (report: PrintedReport): Promise<Uint8Array> =>
  new Promise((resolve, reject) => {
    const doc = new PDFDocument({
      size: 'A4',
      margin,
      pdfVersion: '1.7',
      tagged: true,
      lang: report.language,
      displayTitle: true,
      // Else the document begins with a font of PDF itself, which it does not embed.
      font: '',
      info: { Title: printable(report.title), Author: printable(report.company) },
    });
    const pieces: Uint8Array[] = [];
    doc.on('data', (piece: Uint8Array) => pieces.push(piece));
    doc.on('end', () => resolve(Buffer.concat(pieces)));
    doc.on('error', reject);
    doc.registerFont('regular', fonts().regular).registerFont('bold', fonts().bold);
    const root = doc.struct('Document');
    doc.addStructure(root);
    const put = (tag: string, text: string, set: () => void): void => {
      root.add(
        doc.struct(tag, {}, () => {
          set();
          doc.text(printable(text));
        }),
      );
    };
    const title = (text: string) => {
      doc.moveDown(0.8);
      put('H2', text, () => doc.font('bold').fontSize(12).fillColor('black'));
      doc.moveDown(0.2);
    };
    const line = (text: string) => put('P', text, () => doc.font('regular').fontSize(11).fillColor('black'));
    put('P', report.company, () => doc.font('regular').fontSize(11).fillColor(inkGrey));
    put('H1', report.title, () => doc.font('bold').fontSize(22).fillColor('black'));
    doc.moveDown(0.5);
    for (const { name, value } of report.facts) line(`${name}: ${value}`);
    for (const section of report.sections) {
      title(section.title);
      for (const text of section.lines) line(text);
    }
    // Text goes on to the next page by itself, lines of a pen would run off this one.
    if (report.signature.strokes.length > 0 && doc.y + aroundSignature + signatureHeight > doc.page.maxY())
      doc.addPage();
    title(report.signature.title);
    if (report.signature.strokes.length > 0)
      root.add(
        doc.struct('Figure', { alt: printable(report.signature.line) }, () =>
          drawStrokes(doc, report.signature.strokes),
        ),
      );
    line(report.signature.line);
    doc.moveDown(1.5);
    put('P', report.mark, () => doc.font('regular').fontSize(8).fillColor(inkGrey));
    root.end();
    doc.end();
  });
