/** Runs a compiled DAG's machine in virtual time and says what happened. */
import { type CompiledDag, childPlaceholder } from '../../../dag-compiler/index.ts'
import { type Execution, interpret } from './interpreter.ts'
import { type Faults, type Platform, platformModel } from './platform-model.ts'
import type { RunOutcome } from './reference.ts'
import type { Scenario } from './scenario.ts'
import { virtualClock } from './virtual-clock.ts'

export interface Simulation {
  readonly execution: Execution
  readonly platform: Platform
}

export async function simulate(
  dag: Pick<CompiledDag, 'dagId' | 'definitionText' | 'wiring' | 'children'>,
  scenario: Scenario = new Map(),
  faults: Faults = {},
): Promise<Simulation> {
  const clock = virtualClock()
  const platform = platformModel(dag.wiring, scenario, clock, faults)
  const input = { '^run': { dagId: dag.dagId, runId: 'manual__1' } }
  const execution = await interpret(dag.definitionText, input, 'run-1', clock, platform, machinesOf(dag.children))
  return { execution, platform }
}

/** Placeholder → definition, as the interpreter takes them. */
export const machinesOf = (children: CompiledDag['children'] = []): Readonly<Record<string, string>> =>
  Object.fromEntries(children.map(({ definitionText }, at) => [`\${${childPlaceholder(at)}}`, definitionText]))

/** Every way in which a simulated run differs from what it must be, in words; empty when it is right. */
export function differences({ execution, platform }: Simulation, expected: RunOutcome): string[] {
  const found = [...platform.violations]
  const compare = (what: string, actual: unknown, wanted: unknown) => {
    if (actual !== wanted) found.push(`${what}: ${String(actual)} instead of ${String(wanted)}`)
  }
  compare('execution', execution.status, expected.verdict === 'success' ? 'SUCCEEDED' : 'FAILED')
  compare('error', execution.error, expected.verdict === 'success' ? null : 'DagRunFailed')
  compare('verdict', platform.verdict(), expected.verdict)
  compare('end', execution.endedAtSeconds, expected.endSeconds)
  compare('number of tasks', platform.finalStates.size, expected.tasks.size)
  for (const [taskId, task] of expected.tasks) {
    compare(`state of ${taskId}`, platform.finalStates.get(taskId), task.status)
    compare(`tries of ${taskId}`, platform.triesOf.get(taskId) ?? 0, task.tries)
    compare(`start of ${taskId}`, platform.starts.get(taskId) ?? null, task.startSeconds)
  }
  return found
}
