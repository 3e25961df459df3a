/** The machine that the code on a label leads to: `https://…/report/mch_…`, or its id alone; undefined for anything else. */
export const labelledMachine = (text: string): string | undefined =>
  /(?:^|\/report\/)(mch_[0-9a-hjkmnp-tv-z]{26})(?:[/?#]|$)/.exec(text.trim().toLowerCase())?.[1];

/** What a browser that can read codes has; it stands in no library of TypeScript yet. */
interface CodeDetector {
  detect(picture: HTMLVideoElement): Promise<readonly { readonly rawValue: string }[]>;
}
type CodeDetectorClass = new (options: { readonly formats: readonly string[] }) => CodeDetector;

const detectorClass = (): CodeDetectorClass | undefined =>
  (globalThis as { readonly BarcodeDetector?: CodeDetectorClass }).BarcodeDetector;

/** Whether this browser can read a code through a camera; elsewhere the code is typed. */
export const canScan = (): boolean =>
  detectorClass() !== undefined && globalThis.navigator?.mediaDevices?.getUserMedia !== undefined;

/** Reads QR codes; undefined where the browser cannot. */
export const createDetector = (): CodeDetector | undefined => {
  const Detector = detectorClass();
  return Detector && new Detector({ formats: ['qr_code'] });
};
