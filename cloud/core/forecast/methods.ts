import { boostedTrees } from './boosted-trees.ts';
import type { Method } from './method.ts';
import { neuralNetwork } from './network-method.ts';
import { similarLives } from './similarity-method.ts';
import { lifeByAge } from './survival-method.ts';
import { trendToThreshold } from './trend.ts';

/** The method that always knows: it answers where another does not, and the others have to improve on it. */
export const anchor: Method<unknown> = boostedTrees;

/** Methods that take part where they improve the forecasts. To add one, add its file and a line here. */
export const otherMethods: readonly Method<unknown>[] = [similarLives, lifeByAge, trendToThreshold, neuralNetwork];

/** @throws Error when no such method stands in the table. */
export const methodNamed = (name: string): Method<unknown> => {
  const found = [anchor, ...otherMethods].find((method) => method.name === name);
  if (!found) throw new Error(`there is no forecasting method ${name}`);
  return found;
};
