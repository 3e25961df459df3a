import type { Method, Methods } from './method.ts';
import { neuralNetwork } from './network/network-method.ts';
import { similarLives } from './past-lives/similarity-method.ts';
import { lifeByAge } from './risk/survival-method.ts';
import { boostedTrees } from './trees/boosted-trees.ts';
import { trendToThreshold } from './trend/trend.ts';

/** Every method there is. To add one, add its file and a name here. */
export const methods: Methods = {
  anchor: boostedTrees,
  others: [similarLives, lifeByAge, trendToThreshold, neuralNetwork],
};

/** @throws Error when no such method stands in the table. */
export const methodNamed = (name: string): Method<unknown> => {
  const found = [methods.anchor, ...methods.others].find((method) => method.name === name);
  if (!found) throw new Error(`there is no forecasting method ${name}`);
  return found;
};
