/** Of all files of one import; the service takes no more. */
export const mostBytes = 8 * 1024 * 1024;

export interface ImportFile {
  readonly name: string;
  readonly base64: string;
}

const base64Of = (file: File): Promise<string> =>
  new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result).replace(/^data:[^,]*,/, ''));
    reader.onerror = () => reject(reader.error ?? new Error(`cannot read ${file.name}`));
    reader.readAsDataURL(file);
  });

/** The files as they are sent. @throws what the browser says where a file cannot be read any more */
export const readFiles = (files: readonly File[]): Promise<ImportFile[]> =>
  Promise.all(files.map(async (file) => ({ name: file.name, base64: await base64Of(file) })));
