/** Which handler runs a state when it is entered (or repeated) and when its work is done. Handlers throw `StateFailure`. */
import { stateOf } from '../definition/machine.ts'
import { exitState } from '../execution/exit.ts'
import { nextOf } from '../execution/next.ts'
import { effectiveInput, fillTemplate } from '../execution/path-fields.ts'
import { enterChoice } from './choice.ts'
import { enterFail } from './fail.ts'
import { enterMap } from './map.ts'
import { enterParallel, joinBranches } from './parallel.ts'
import { enterPass } from './pass.ts'
import type { Situation, StateSituation } from './situation.ts'
import { enterTask } from './task.ts'
import { enterWait } from './wait.ts'

export async function enterState(situation: Situation): Promise<void> {
  const at = withState(situation)
  switch (at.state.type) {
    case 'Pass':
      return enterPass(at)
    case 'Task':
      return enterTask(at)
    case 'Choice':
      return enterChoice(at)
    case 'Wait':
      return enterWait(at)
    case 'Succeed':
      return exitState(at, {
        defaultOutput: effectiveInput(at),
        next: undefined,
      })
    case 'Fail':
      return enterFail(at)
    case 'Parallel':
      return enterParallel(at)
    case 'Map':
      return enterMap(at)
  }
}

/** The state has its result: all branches or iterations are done, or its task answered. */
export async function resumeState(situation: Situation): Promise<void> {
  const at = withState(situation)
  const phase = at.scope.phase
  if (phase.kind === 'branches') return joinBranches(at, phase)
  if (phase.kind !== 'result') throw new Error(`a ${phase.kind} scope has no result; please report`)
  const result = selectedResult(at, phase.result)
  await exitState(at, {
    defaultOutput: result,
    next: nextOf(at.state.json),
    data: lazyResult(result),
  })
}

/** The result after a JSONPath `ResultSelector`. */
function selectedResult(at: StateSituation, result: string): string {
  const selector = at.state.json.ResultSelector
  if (at.state.language === 'JSONata' || selector === undefined) return result
  return JSON.stringify(fillTemplate(at, selector, JSON.parse(result)))
}

/** Parsed only when an expression reads `$states.result`. */
function lazyResult(text: string): { readonly result: unknown } {
  return {
    get result() {
      return JSON.parse(text)
    },
  }
}

function withState(situation: Situation): StateSituation {
  const { machine, scope } = situation
  return { ...situation, state: stateOf(machine, scope.regionPath, scope.current!.name) }
}
