import type { MachineHead } from '@kuluma/shared/model/views/common.ts';

/** The machine that the code on a label leads to: `https://…/report/mch_…`, or its id alone; undefined for anything else. */
export const labelledMachine = (text: string): string | undefined =>
  /(?:^|\/report\/)(mch_[0-9a-hjkmnp-tv-z]{26})(?:[/?#]|$)/.exec(text.trim().toLowerCase())?.[1];

const plain = (text: string): string => text.replaceAll(/\s/g, '').toLowerCase();

/** Whether a code that stands on a machine is this machine's: its label's, or its serial number or name on the plate. */
export const isCodeOf = (
  { machineId, serialNumber, tag }: Pick<MachineHead, 'machineId' | 'serialNumber' | 'tag'>,
  code: string,
): boolean =>
  labelledMachine(code) === machineId ||
  (plain(code) !== '' && [serialNumber, tag].some((name) => plain(name) === plain(code)));

/** What a browser that can read codes has; it stands in no library of TypeScript yet. */
interface CodeDetector {
  detect(picture: HTMLVideoElement): Promise<readonly { readonly rawValue: string }[]>;
}
type CodeDetectorClass = new () => CodeDetector;

const detectorClass = (): CodeDetectorClass | undefined =>
  (globalThis as { readonly BarcodeDetector?: CodeDetectorClass }).BarcodeDetector;

/** Whether this browser can read a code through a camera; elsewhere the code is typed. */
export const canScan = (): boolean =>
  detectorClass() !== undefined && globalThis.navigator?.mediaDevices?.getUserMedia !== undefined;

/** Reads QR codes and bar codes of all kinds that the browser knows; undefined where it knows none. */
export const createDetector = (): CodeDetector | undefined => {
  const Detector = detectorClass();
  return Detector && new Detector();
};
