/**
 * The pipeline: definition → graph → plan → machine, one line per phase. Problems of every phase that could run are
 * returned together; `dag` of `compile` is null exactly when one of them is an error.
 */
import type { DagDefinition } from './1-define/dag-definition.ts'
import { buildGraph } from './2-graph/build-graph.ts'
import type { Graph } from './2-graph/graph.ts'
import { buildPlan, type Structure, structureOf } from './3-plan/build-plan.ts'
import { checkGroupCycle } from './3-plan/checks/group-cycle.ts'
import { checkNesting } from './3-plan/checks/nesting.ts'
import { checkHistory } from './4-asl/checks/history.ts'
import { checkSize } from './4-asl/checks/size.ts'
import { checkStateData } from './4-asl/checks/state-data.ts'
import { emitDag } from './4-asl/emit-dag.ts'
import type { CompiledDag } from './4-asl/machine.ts'
import { needsOf } from './4-asl/needs.ts'
import { findHiddenFailures } from './5-report/proofs/hidden-failures.ts'
import { findTasksThatNeverRun } from './5-report/proofs/never-runs.ts'
import type { Problem } from './problems/problem.ts'

export interface CompileOptions {
  /** Path of the DAG file relative to the project; shown in problems. */
  readonly file?: string
  /** Hex digest of a text. An argument, because the compiler is pure. */
  readonly sha256: (text: string) => string
}

export interface Compilation {
  readonly dag: CompiledDag | null
  readonly problems: readonly Problem[]
}

export function compile(definition: DagDefinition, options: CompileOptions): Compilation {
  const { dag, problems } = compileBeyondLimits(definition, options)
  return problems.some(isError) ? { dag: null, problems } : { dag, problems }
}

/**
 * `compile` without the last word of Step Functions' limits: a DAG whose definition or history is too long for one machine
 * is returned together with that problem. Such a machine cannot be deployed; its plan and numbers are exact.
 */
export function compileBeyondLimits(definition: DagDefinition, options: CompileOptions): Compilation {
  const { graph, problems } = buildGraph(definition, options)
  if (!graph) return { dag: null, problems }
  const impossible = checkGroupCycle(graph)
  if (impossible.length > 0) {
    return { dag: null, problems: [...problems, ...impossible.map((problem) => inFile(problem, options.file))] }
  }
  const structure = structureOf(graph)
  const planProblems = [
    ...checkNesting(graph.dagId, structure.module),
    ...findTasksThatNeverRun(graph),
    ...findHiddenFailures(graph),
  ]
  const placed = [...problems, ...planProblems.map((problem) => inFile(problem, options.file))]
  if (placed.some(isError)) return { dag: null, problems: placed }
  return finish(definition, graph, structure, options, placed)
}

function finish(
  authored: DagDefinition,
  graph: Graph,
  structure: Structure,
  { file, sha256 }: CompileOptions,
  earlier: readonly Problem[],
): Compilation {
  const built = buildPlan(graph, structure)
  const { children, wiring, definition, definitionText, numbers, ...emitted } = emitDag(graph, built, sha256)
  const machines = [numbers, ...children.map((child) => child.numbers)]
  const limits = [
    ...machines.flatMap((machine) => [...checkHistory(graph.dagId, machine), ...checkSize(graph.dagId, machine)]),
    ...checkStateData(graph.dagId, numbers),
  ]
  const problems = [...earlier, ...limits.map((problem) => inFile(problem, file))]
  const { dagId } = graph
  const { plan } = emitted.built
  const needs = needsOf(graph, emitted.built, numbers)
  const split = children.length > 0 ? { children } : {}
  return {
    dag: { dagId, definition, definitionText, ...split, wiring, authored, graph, plan, needs, numbers, problems },
    problems,
  }
}

const isError = (problem: Problem): boolean => problem.severity === 'error'

const inFile = (problem: Problem, file: string | undefined): Problem =>
  file === undefined ? problem : { ...problem, where: { file, ...problem.where } }
