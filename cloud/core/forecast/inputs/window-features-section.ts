import type { Section } from './section.ts';
import { createFeatureWriter, type FeatureSpec, learnFeatures } from './window-features.ts';

/** Features of windows, ages, events and attributes: what trees read. */
export const windowFeatures: Section<FeatureSpec> = {
  name: 'features',
  learn: learnFeatures,
  inputsOf: (spec) => spec.features,
  writerOf: (spec, machine, life) => createFeatureWriter({ ...machine, spec }, life),
};
