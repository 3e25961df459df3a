import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { billOfMaterials, type Product, products } from './bill-of-materials.ts';

/** `npm run sbom`: one file for each product, into dist/ of the checkout. */
const folder = resolve(import.meta.dirname, '../../dist');
mkdirSync(folder, { recursive: true });
for (const product of Object.keys(products) as Product[]) {
  const file = join(folder, `${product}.cdx.json`);
  writeFileSync(file, `${JSON.stringify(billOfMaterials(product), null, 2)}\n`);
  console.log(file);
}
