/** The door of arrival: what happens when a task's status becomes known, whoever finds it out. */
export * from './arrive-at-gates.ts'
export * from './records.ts'
export { settleRecord } from './settle-record.ts'
export * from './step-functions-tokens.ts'
