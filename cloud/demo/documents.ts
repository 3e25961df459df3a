import { readFile } from 'node:fs/promises';
import type { Random } from '@kuluma/shared/clock.ts';
import { freshBase, type Id } from '@kuluma/shared/model/base.ts';
import type { Document, DocumentFile } from '@kuluma/shared/model/documents.ts';
import { dayMs } from '@kuluma/shared/model/units.ts';
import PDFDocument from 'pdfkit';
import { pictureSizeOf } from '../core/documents/picture.ts';
import type { FileStore, Records } from '../ports.ts';

/** What the demo's company has on paper. All of it is fiction: nobody services a machine by this. */

interface DemoPage {
  readonly title: string;
  readonly lines: readonly string[];
}
interface DemoDocument extends Pick<Document, 'title' | 'number' | 'kind' | 'audience'> {
  readonly name: string;
  readonly model: string;
  /** Where the document speaks of a component; null for all of the machine. */
  readonly about: readonly { readonly componentCode: string | null; readonly page: number }[];
  readonly ageDays: number;
  readonly pages: readonly DemoPage[];
}

const demoDocuments: readonly DemoDocument[] = [
  {
    ...{ title: 'Keskipakopumppu 30 kW: käyttö ja huolto', number: 'DW-30-FI', kind: 'manual', audience: 'owner' },
    ...{ name: 'keskipakopumppu-30kw.pdf', model: 'centrifugal-pump', ageDays: 800 },
    about: [
      { componentCode: null, page: 1 },
      { componentCode: 'bearing', page: 2 },
      { componentCode: 'seal', page: 3 },
      { componentCode: 'impeller', page: 4 },
    ],
    pages: [
      {
        title: 'Keskipakopumppu 30 kW',
        lines: [
          'Käyttö- ja huolto-ohje. Esimerkkiasiakirja: laitetta ei ole olemassa.',
          'Sisällys: laakerit s. 2, akselitiiviste s. 3, juoksupyörä s. 4.',
          'Ennen jokaista työtä: pysäytä pumppu, lukitse turvakytkin, sulje imu- ja paineventtiili ja laske paine pois.',
          'Älä käytä pumppua kuivana. Täytä pesä ennen käynnistystä ja ilmaa se.',
        ],
      },
      {
        title: 'Käyttöpään laakeri 6309',
        lines: [
          'Rasvaus: 12 g litiumkompleksirasvaa 2 000 käyttötunnin välein. Rasvaa pyörivälle akselille.',
          'Laakerin lämpötila saa olla enintään 95 °C. Jos tärinä ylittää 7,1 mm/s, vaihda laakeri.',
          'Vaihto: irrota kytkin, vedä laakeri irti kolmijalkaulosvetimellä, lämmitä uusi laakeri 110 asteeseen.',
          'Linjaa kytkin laserilla: vinous enintään 0,05 mm/100 mm, siirtymä enintään 0,05 mm.',
        ],
      },
      {
        title: 'Akselitiiviste 45 mm',
        lines: [
          'Liukurengastiivisteen sallittu vuoto on 5 tippaa minuutissa.',
          'Vaihto: tyhjennä pesä, irrota juoksupyörä, vedä kiertävä rengas akselilta. Älä koske liukupintoihin.',
          'Voitele O-rengas saippuavedellä, ei rasvalla. Kiristä pesän ruuvit ristiin 45 Nm.',
        ],
      },
      {
        title: 'Juoksupyörä 220 mm',
        lines: [
          'Kavitaatio kuuluu rapinana ja näkyy juoksupyörän imureunassa kuoppina.',
          'Tarkista imupaine ja imusuodatin ennen juoksupyörän vaihtoa: muuten vika palaa.',
          'Välys kulutusrenkaaseen 0,3-0,5 mm. Kiristä juoksupyörän mutteri 120 Nm.',
        ],
      },
    ],
  },
  {
    ...{ title: 'Laakerin 6309 rasva vaihtuu', number: 'SB-2026-04', kind: 'bulletin', audience: 'internal' },
    ...{ name: 'SB-2026-04.pdf', model: 'centrifugal-pump', ageDays: 200 },
    about: [{ componentCode: 'bearing', page: 1 }],
    pages: [
      {
        title: 'Huoltotiedote SB-2026-04',
        lines: [
          'Koskee kaikkia 30 kW keskipakopumppuja. Esimerkkiasiakirja.',
          'Käyttöpään laakeriin käytetään tästä lähtien polyurearasvaa. Rasvoja ei saa sekoittaa.',
          'Puhdista laakeripesä vanhasta rasvasta ensimmäisellä käynnillä ja kirjaa työ raporttiin.',
          'Jos laakerissa on kuoriutumaa ulkokehällä, tarkista myös kytkimen linjaus.',
        ],
      },
    ],
  },
  {
    ...{ title: 'Ruuvikompressori 75 kW: huolto-ohje', number: 'DW-75-FI', kind: 'manual', audience: 'internal' },
    ...{ name: 'ruuvikompressori-75kw.pdf', model: 'screw-compressor', ageDays: 800 },
    about: [
      { componentCode: null, page: 1 },
      { componentCode: 'filter', page: 2 },
    ],
    pages: [
      {
        title: 'Ruuvikompressori 75 kW',
        lines: [
          'Huolto-ohje. Esimerkkiasiakirja: laitetta ei ole olemassa.',
          'Ennen jokaista työtä: pysäytä kompressori, lukitse turvakytkin ja odota, kunnes säiliön paine on poissa.',
          'Ruuviyksikön laakerit vaihtaa vain valmistajan kouluttama asentaja.',
        ],
      },
      {
        title: 'Öljynerotin ja öljynsuodatin',
        lines: [
          'Vaihda öljynerotin, kun paine-ero ylittää 0,8 bar. Vaihda öljynsuodatin samalla käynnillä.',
          'Tarkista, että erottimen maadoitusliuska koskettaa kumpaakin laippaa.',
          'Öljyä 28 litraa. Käytetty öljy on vaarallista jätettä.',
        ],
      },
    ],
  },
];

/** A PDF of a page each. */
export const printPages = (title: string, pages: readonly DemoPage[]): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    const doc = new PDFDocument({ size: 'A4', margin: 64, autoFirstPage: false, lang: 'fi', info: { Title: title } });
    const pieces: Buffer[] = [];
    doc.on('data', (piece: Buffer) => pieces.push(piece));
    doc.on('end', () => resolve(Buffer.concat(pieces)));
    doc.on('error', reject);
    for (const page of pages) {
      doc.addPage().font('Helvetica-Bold').fontSize(20).text(page.title).moveDown();
      doc.font('Helvetica').fontSize(12);
      for (const line of page.lines) doc.text(line).moveDown(0.6);
    }
    doc.end();
  });

interface DemoPlace {
  readonly records: Pick<Records, 'list' | 'transact'>;
  readonly files: Pick<FileStore, 'append' | 'keep'>;
  readonly organisationId: Id<'organisation'>;
  readonly random: Random;
}
type NewFile = Pick<DocumentFile, 'name' | 'mediaType' | 'picture'> & { readonly content: Uint8Array };
type NewDocument = Pick<Document, 'title' | 'number' | 'kind' | 'audience' | 'language' | 'subjects'>;

/** Lays a file where uploads come to lie, and says what it is. */
const layDocument = async (
  { records, files, organisationId, random }: DemoPlace,
  nowMs: number,
  { content, ...facts }: NewFile,
  document: NewDocument,
): Promise<void> => {
  const base = { organisationId, createdBy: { kind: 'policy', name: 'demo-seed' } as const, nowMs, random };
  const file = freshBase('documentFile', base);
  await files.append(file.id, 0, content);
  const sha256 = await files.keep(file.id);
  const validFromOn = new Date(nowMs).toISOString().slice(0, 10);
  await records.transact(async (tx) => {
    await tx.insert('documentFile', { ...file, ...facts, bytes: content.length, sha256 });
    await tx.insert('document', {
      ...freshBase('document', base),
      ...{ ...document, editions: [{ fileId: file.id, validFromOn }] },
    });
  });
};

/** Ours: drawn for the demo, the drawing stands beside it as SVG. */
const demoPicture = {
  model: 'centrifugal-pump',
  file: 'centrifugal-pump.jpg',
  title: 'Keskipakopumppu 30 kW, piirros',
};
const pictureAgeDays = 700;

/** Prints the documents and lays them where uploads come to lie; their text is read like anybody's. */
export const seedDocuments = async (
  records: DemoPlace['records'],
  files: DemoPlace['files'],
  { nowMs, ...of }: Pick<DemoPlace, 'organisationId' | 'random'> & { readonly nowMs: number },
): Promise<void> => {
  const place = { records, files, ...of };
  const models = await records.list('machineModel', of.organisationId);
  const idOf = (model: string) => models.find(({ code }) => code === model)?.id;
  for (const { pages, name, model, about, ageDays, ...fields } of demoDocuments) {
    const machineModelId = idOf(model);
    if (!machineModelId) continue;
    const content = await printPages(fields.title, pages);
    const subjects = about.map((one) => ({ machineModelId, machineId: null, ...one }));
    const document: NewDocument = { ...fields, language: 'fi', subjects };
    await layDocument(place, nowMs - ageDays * dayMs, { name, mediaType: 'application/pdf', content }, document);
  }
  const machineModelId = idOf(demoPicture.model);
  if (!machineModelId) return;
  const content = await readFile(new URL(`pictures/${demoPicture.file}`, import.meta.url));
  const picture = pictureSizeOf(content);
  if (!picture) throw new Error(`${demoPicture.file} is no picture of a machine`);
  await layDocument(
    place,
    nowMs - pictureAgeDays * dayMs,
    { name: demoPicture.file, mediaType: 'image/jpeg', picture, content },
    {
      ...{ title: demoPicture.title, number: '', kind: 'picture', audience: 'owner', language: null },
      subjects: [{ machineModelId, machineId: null, componentCode: null, page: null }],
    },
  );
};
