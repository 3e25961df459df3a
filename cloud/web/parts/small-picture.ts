/** The longest side of a picture in pixels, and how large its file may be. */
interface PictureBounds {
  readonly pixels: number;
  readonly bytes: number;
}

const qualities = [0.82, 0.7, 0.55, 0.4] as const;
/** Of the longest side, where the details of a picture need more bytes than there are. */
const shares = [1, 0.75, 0.5] as const;

/** Width and height within a longest side, never enlarged. */
export const fittedSize = (width: number, height: number, most: number): { width: number; height: number } => {
  const scale = Math.min(1, most / Math.max(width, height));
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
};

/**
 * The picture of a file on a canvas of the bounded size; what stood beside the picture in the file, such as the place
 * where it was taken, is not drawn.
 * @returns false for what the browser cannot open as a picture
 */
export const drawPicture = async (file: Blob, canvas: HTMLCanvasElement, mostPixels: number): Promise<boolean> => {
  let picture: ImageBitmap;
  try {
    picture = await createImageBitmap(file);
  } catch {
    return false;
  }
  Object.assign(canvas, fittedSize(picture.width, picture.height, mostPixels));
  const paper = canvas.getContext('2d');
  if (paper) {
    // A JPEG has no transparency: what shines through would be black.
    paper.fillStyle = '#fff';
    paper.imageSmoothingQuality = 'high';
    paper.fillRect(0, 0, canvas.width, canvas.height);
    paper.drawImage(picture, 0, 0, canvas.width, canvas.height);
  }
  picture.close();
  return true;
};

const encoded = (canvas: HTMLCanvasElement, quality: number): Promise<Blob | null> =>
  new Promise((resolve) => canvas.toBlob(resolve, 'image/jpeg', quality));

/** The canvas as a JPEG of at most so many bytes; null where the browser cannot make one. */
export const jpegOf = async (canvas: HTMLCanvasElement, mostBytes: number): Promise<Blob | null> => {
  for (const quality of qualities) {
    const jpeg = await encoded(canvas, quality);
    if (jpeg && jpeg.size <= mostBytes) return jpeg;
  }
  return null;
};

/** A picture within bounds, under the name of its file; null for what is no picture, or none that can be made so small. */
export const smallPicture = async (file: File, { pixels, bytes }: PictureBounds): Promise<File | null> => {
  const canvas = document.createElement('canvas');
  for (const share of shares) {
    if (!(await drawPicture(file, canvas, pixels * share))) return null;
    const jpeg = await jpegOf(canvas, bytes);
    if (jpeg) return new File([jpeg], file.name.replace(/(\.[^.]*)?$/, '.jpg'), { type: 'image/jpeg' });
  }
  return null;
};
