import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const file = join(resolve(import.meta.dirname, '..'), 'cloud/web/planner/routes.tsx');

/** The addresses that the desk's router knows, with `$name` for what varies. */
export const deskRoutes = (): string[] => {
  const found = [...readFileSync(file, 'utf8').matchAll(/\b(?:page|subject)\(\s*'(\/[^']*)'/g)];
  return found.map(([, route]) => String(route));
};

const stands = (route: string, path: string): boolean => {
  const [wanted, given] = [route.split('/'), path.split('/')];
  return wanted.length === given.length && wanted.every((part, i) => part.startsWith('$') || part === given[i]);
};
const literals = (route: string): number => route.split('/').filter((part) => !part.startsWith('$')).length;

/** The routes at which none of the paths stands; a path stands at the one that says most of it. */
export const unvisited = (routes: readonly string[], paths: readonly string[]): string[] => {
  const visited = new Set(
    paths.map((path) => {
      const [plain = ''] = path.split('?');
      return routes.filter((route) => stands(route, plain)).sort((a, b) => literals(b) - literals(a))[0];
    }),
  );
  return routes.filter((route) => !visited.has(route));
};
