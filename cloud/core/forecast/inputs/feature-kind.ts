/** What a feature tells of its point: the word that a driver is explained by, and the family that validation chooses by. */
export type FeatureKind = 'level' | 'trend' | 'spread' | 'change' | 'age' | 'usage' | 'setting' | 'event' | 'attribute';
