import { languages } from '@kuluma/shared/model/base.ts';
import type { MachineHead } from '@kuluma/shared/model/views/common.ts';
import { renderSVG } from 'uqr';
import { Html, html } from '../html.ts';
import { letterFrame } from '../letter-frame.ts';
import { ownerWords } from './words.ts';

/** Restores up to a quarter of what oil and wear take off a label (ISO/IEC 18004, level Q). */
const correction = 'Q';

/**
 * A label to print and to stick on a machine: the code that opens its fault report, its name, and what to do in each
 * language. It fits on a quarter of an A4.
 * @param reportUrl whole address of the report, as a phone reads it
 */
export const labelPage = (
  {
    machine,
    company,
    reportUrl,
  }: { readonly machine: MachineHead; readonly company: string; readonly reportUrl: string },
  style: string,
): string => {
  const code = new Html(renderSVG(reportUrl, { ecc: correction, pixelSize: 8, border: 4 }));
  return letterFrame(
    'fi',
    { title: machine.tag, style },
    html`<main class="label">
<h1>${machine.tag}</h1>
<div role="img" aria-label="${reportUrl}" class="label-code">${code}</div>
${languages.map((language) => html`<p lang="${language}">${ownerWords(language).t('label.scan')}</p>`)}
<p class="small">${company} · ${machine.serialNumber}</p>
</main>`,
  );
};
