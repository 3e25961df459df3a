import { duckDbPart } from './zz-keep.ts';
console.log(await duckDbPart('/tmp/d/series', 200));
