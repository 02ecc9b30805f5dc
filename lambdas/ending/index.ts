/** The door of ending: how a run comes to its verdict, whoever finds that it is over. */
export * from './end-run.ts'
export * from './read-run.ts'
export * from './recorded-entries.ts'
export { settleRun } from './settle-run.ts'
