/** The door of `stepdag/testing`: a DAG author's unit tests in virtual time. */
export type { ExecutionCounts } from './count-history.ts'
export type { SimulatedInstance, SimulatedTask } from './read-tasks.ts'
export type { Outcome, Script, Tries } from './script.ts'
export { type SimulateOptions, type Simulation, simulate } from './simulate.ts'
