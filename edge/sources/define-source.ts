import type { TSchema } from 'typebox';
import type { SourceDefinition, TypedSource } from '../ports.ts';

/** Checks a source against its own schemas, then hides them: who opens it has validated its configuration and profiles. */
export const defineSource = <S extends TSchema, P extends TSchema>(source: TypedSource<S, P>): SourceDefinition =>
  source as unknown as SourceDefinition;
