import type { Rolldown } from 'vite';

interface Graph {
  getModuleInfo(id: string): Rolldown.ModuleInfo | null;
}
type NameOf = (moduleId: string, graph: Graph) => string | null;

/** All modules that a script leads to. */
const reachOf = (main: string, nextOf: (id: string) => readonly string[]): ReadonlySet<string> => {
  const found = new Set<string>();
  const waiting = [main];
  for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
    if (found.has(id)) continue;
    found.add(id);
    waiting.push(...nextOf(id));
  }
  return found;
};

/**
 * Puts what pages begin with into one file for each set of pages that share it: one that begins with dozens of small files
 * waits for each of them. What another page loads later stands by itself, so that none gets the beginning of another one.
 * @param mains the script of each page, by its name
 */
export const pageChunks = (mains: Readonly<Record<string, string>>): NameOf => {
  let reaches: readonly { page: string; begin: ReadonlySet<string>; all: ReadonlySet<string> }[] | undefined;
  return (moduleId, graph) => {
    reaches ??= Object.entries(mains).map(([page, main]) => ({
      page,
      begin: reachOf(main, (id) => graph.getModuleInfo(id)?.importedIds ?? []),
      all: reachOf(main, (id) => {
        const { importedIds = [], dynamicallyImportedIds = [] } = graph.getModuleInfo(id) ?? {};
        return [...importedIds, ...dynamicallyImportedIds];
      }),
    }));
    const begun = reaches.filter(({ begin }) => begin.has(moduleId));
    const isMain = Object.values(mains).includes(moduleId);
    if (isMain || begun.length === 0 || reaches.some((one) => one.all.has(moduleId) && !begun.includes(one)))
      return null;
    return begun.length === reaches.length ? 'pages' : begun.map(({ page }) => page).join('-');
  };
};
