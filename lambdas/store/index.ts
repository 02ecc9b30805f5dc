/** The door of the store: the run table and the object store behind the `RunStore` port. */
export { createRunStore } from './dynamo-run-store.ts'
export * from './errors.ts'
export type * from './objects.ts'
export { s3Objects } from './s3-objects.ts'
export { tableDefinition } from './table-definition.ts'
