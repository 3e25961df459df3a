const part = (name: string, head: string) => `--edge\r\nContent-Disposition: form-data; name="${name}"${head}\r\n\r\n`;

/** A form with a picture, as a browser sends it: its body, and what it says the body is. */
export const photoForm = (fields: Readonly<Record<string, string>>, photo: Uint8Array, name = 'fault.jpg') => {
  const text = Object.entries(fields)
    .map(([field, value]) => `${part(field, '')}${value}\r\n`)
    .join('');
  const head = part('photo', `; filename="${name}"\r\nContent-Type: application/octet-stream`);
  return {
    payload: Buffer.concat([Buffer.from(text + head), photo, Buffer.from('\r\n--edge--\r\n')]),
    type: 'multipart/form-data; boundary=edge',
  };
};

/** The smallest JPEG that passes for one, with a word that its camera wrote into it. */
export const jpegWith = (hidden: string): Buffer =>
  Buffer.concat([
    Buffer.from([0xff, 0xd8, 0xff, 0xe1, 0, hidden.length + 2]),
    Buffer.from(hidden),
    Buffer.from([0xff, 0xda, 0, 3, 1, 7, 8, 9, 0xff, 0xd9]),
  ]);

/** The same without it. */
export const bareJpegBytes = [0xff, 0xd8, 0xff, 0xda, 0, 3, 1, 7, 8, 9, 0xff, 0xd9];

/** A JPEG that says how large it is, with what its camera wrote into it before that. */
export const jpegOf = (width: number, height: number, camera: readonly number[] = []): Buffer => {
  const measures = [height >> 8, height & 255, width >> 8, width & 255];
  const frame = [0xff, 0xc0, 0, 11, 8, ...measures, 1, 1, 0x11, 0];
  return Buffer.from([0xff, 0xd8, ...camera, ...frame, 0xff, 0xda, 0, 3, 1, 7, 8, 9, 0xff, 0xd9]);
};
