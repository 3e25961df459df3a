import { wearSection } from '../past-lives/wear-section.ts';
import { trendSection } from '../trend/trend-section.ts';
import { bindSection, type LearntSection, type Section } from './section.ts';
import { windowFeatures } from './window-features-section.ts';

/** Every kind of input that a method may read. To add one, add its file and a line here. */
const sections: readonly Section<unknown>[] = [windowFeatures, wearSection, trendSection];

/** @throws Error when no such section stands in the table. */
export const sectionNamed = (name: string): Section<unknown> => {
  const found = sections.find((section) => section.name === name);
  if (!found) throw new Error(`there is no section ${name}`);
  return found;
};

/** A section of a model that was trained, maybe written and read. */
export const learntSection = (name: string, spec: unknown): LearntSection => bindSection(sectionNamed(name), spec);
