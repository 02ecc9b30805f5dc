/** The door of core 1: compile() and the value of every stage. */
export type * from './1-define/dag-definition.ts'
export type * from './2-graph/graph.ts'
export type * from './3-plan/plan.ts'
export type * from './4-asl/machine.ts'
export * from './compile.ts'
export * from './problems/catalogue.ts'
export type * from './problems/problem.ts'
export { renderProblem } from './problems/render.ts'
