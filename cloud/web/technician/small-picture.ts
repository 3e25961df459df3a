import { mostPhotoBytes } from '@kuluma/shared/model/visit-files.ts';

/** Longest side of a photo in the report; a label on a machine can be read at it. */
const mostPixels = 1600;
const qualities = [0.82, 0.7, 0.55, 0.4] as const;

/** Width and height within a longest side, never enlarged. */
export const fittedSize = (width: number, height: number, most = mostPixels): { width: number; height: number } => {
  const scale = Math.min(1, most / Math.max(width, height));
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
};

/**
 * The picture of a file on a canvas of the bounded size; what stood beside the picture in the file, such as the place
 * where it was taken, is not drawn.
 * @returns false for what the phone cannot open as a picture
 */
export const drawPicture = async (file: Blob, canvas: HTMLCanvasElement): Promise<boolean> => {
  let picture: ImageBitmap;
  try {
    picture = await createImageBitmap(file);
  } catch {
    return false;
  }
  Object.assign(canvas, fittedSize(picture.width, picture.height));
  canvas.getContext('2d')?.drawImage(picture, 0, 0, canvas.width, canvas.height);
  picture.close();
  return true;
};

const encoded = (canvas: HTMLCanvasElement, quality: number): Promise<Blob | null> =>
  new Promise((resolve) => canvas.toBlob(resolve, 'image/jpeg', quality));

/** The canvas as JPEG that the service takes; null where the phone cannot make one. */
export const jpegOf = async (canvas: HTMLCanvasElement): Promise<Blob | null> => {
  for (const quality of qualities) {
    const jpeg = await encoded(canvas, quality);
    if (jpeg && jpeg.size <= mostPhotoBytes) return jpeg;
  }
  return null;
};
