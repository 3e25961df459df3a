import { expect, it } from 'vitest';
import { pageChunks } from './page-chunks.ts';

/** What each module imports at once, and what later. */
const modules: Readonly<Record<string, readonly [now: readonly string[], later: readonly string[]]>> = {
  'desk/main': [['react', 'desk', 'form'], ['map']],
  'phone/main': [['react', 'camera', 'form'], []],
  'door/main': [['react'], []],
  desk: [['router'], ['camera', 'map']],
  map: [['leaflet', 'router'], []],
};
const graph = {
  getModuleInfo: (id: string) => {
    const [importedIds = [], dynamicallyImportedIds = []] = modules[id] ?? [];
    return { importedIds, dynamicallyImportedIds } as never;
  },
};
const nameOf = pageChunks({ desk: 'desk/main', phone: 'phone/main', door: 'door/main' });
const name = (id: string) => nameOf(id, graph);

it('names a file after the pages that begin with what is in it', () => {
  expect(['react', 'form', 'desk', 'router'].map(name)).toEqual(['pages', 'desk-phone', 'desk', 'desk']);
});

it('leaves alone what loads later, what one page begins with and another loads later, and the scripts themselves', () => {
  expect(['map', 'leaflet', 'camera', 'desk/main'].map(name)).toEqual([null, null, null, null]);
});
