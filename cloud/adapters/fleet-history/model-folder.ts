import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '@kuluma/shared/errors.ts';
import { type ForecastModel, modelFromJson, modelToJson } from '../../core/forecast/model.ts';
import { modelCard } from '../../core/forecast/model-card.ts';

/** Content hash of a model's text: SHA-256 in hex. */
export const modelHash = (json: string): string => createHash('sha256').update(json).digest('hex');

/** Writes `model.json` and its `card.json` into the folder, which it makes; the card as written. @throws AppError INPUT_INVALID when the folder cannot be made. */
export const writeModel = async (folder: string, model: ForecastModel) => {
  const json = modelToJson(model);
  const card = modelCard(model, modelHash(json));
  try {
    await mkdir(folder, { recursive: true });
  } catch (cause) {
    throw new AppError('INPUT_INVALID', `${folder} cannot be made a folder for the model`, {
      cause,
      hint: 'name a folder that is new or may be written to',
    });
  }
  await writeFile(join(folder, 'model.json'), json);
  await writeFile(join(folder, 'card.json'), `${JSON.stringify(card, null, 2)}\n`);
  return card;
};

/** The model of a folder and its content hash. @throws AppError INPUT_INVALID when there is none. */
export const readModel = async (folder: string): Promise<{ model: ForecastModel; hash: string }> => {
  const path = join(folder, 'model.json');
  if (!existsSync(path))
    throw new AppError('INPUT_INVALID', `${folder} holds no model`, { hint: 'make one with "kuluma forecast train"' });
  const json = await readFile(path, 'utf8');
  return { model: modelFromJson(json), hash: modelHash(json) };
};
