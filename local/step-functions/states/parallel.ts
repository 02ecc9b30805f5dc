/** Parallel: every branch gets the same input; the outputs come back in branch order. */
import { bindingsOf } from '../execution/context.ts'
import { evaluateField } from '../execution/evaluate.ts'
import { checkedInput } from '../execution/limits.ts'
import { effectiveInput, fillTemplate } from '../execution/path-fields.ts'
import type { BranchesPhase } from '../execution/state.ts'
import type { StateSituation } from './situation.ts'

export async function enterParallel(at: StateSituation): Promise<void> {
  at.draft.event(at.scope, 'ParallelStateStarted', undefined, {
    input: checkedInput(await branchInput(at), at.state.name),
    branches: at.state.regionPaths.length,
  })
}

async function branchInput(at: StateSituation): Promise<string> {
  const { machine, execution, scope, state } = at
  const input = effectiveInput(at)
  if (state.language === 'JSONPath') {
    const { Parameters } = state.json
    return Parameters === undefined ? input : JSON.stringify(fillTemplate(at, Parameters, JSON.parse(input)))
  }
  const json = state.json.Arguments
  if (json === undefined) return input
  return JSON.stringify(await evaluateField(machine, state, 'Arguments', json, bindingsOf(execution, scope)))
}

export async function joinBranches({ scope, draft }: StateSituation, phase: BranchesPhase): Promise<void> {
  draft.event(scope, 'ParallelStateSucceeded', undefined, {
    outcome: { ok: true, output: `[${phase.outputs.join(',')}]` },
  })
}
