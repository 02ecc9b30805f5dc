/**
 * Plan → Step Functions machine. Each item of a sequence becomes one state, or a few, that lead to the next item; a failure
 * is caught and goes on where the plan says, so that an execution fails only through its last state, the verdict.
 */
import type { ChildItem, Plan } from '../3-plan/plan.ts'
import { childScope, type Emission, insideMap, insideParallel, rootScope, type Scope, type States } from './emission.ts'
import { emitChildStart } from './emit-child-start.ts'
import { emitMap } from './emit-map.ts'
import { emitStep } from './emit-step.ts'
import type { StateMachine } from './machine.ts'
import { type Sequence, sequenceOf, targetAt } from './sequence.ts'
import { finalizeState } from './states/finalizer.ts'
import { gateState } from './states/gate.ts'
import { type Branch, parallelState } from './states/parallel.ts'
import { landing } from './states/target.ts'

export function emitMachine(emission: Emission): StateMachine {
  const { graph, plan, names } = emission
  return {
    QueryLanguage: 'JSONata',
    StartAt: names.entry(plan),
    States: Object.fromEntries([
      ...emitSequence(emission, sequenceOf(emission, rootScope, plan, names.finalize)),
      [names.finalize, finalizeState(emission, rootScope)],
    ]),
    ...(graph.dagrunTimeout === null ? {} : { TimeoutSeconds: Math.max(1, Math.ceil(graph.dagrunTimeout)) }),
  }
}

/** The machine of a part of the plan. It ends without a verdict, which is the root's. */
export function emitChild(emission: Emission, { id, tasks, body }: ChildItem): StateMachine {
  return { QueryLanguage: 'JSONata', ...emitBranch(emission, childScope(emission.children.get(id)!, tasks), body) }
}

function emitSequence(emission: Emission, sequence: Sequence): States {
  return sequence.items.flatMap((item, at) => emitItem(emission, sequence, item, at))
}

function emitItem(emission: Emission, sequence: Sequence, item: Plan, at: number): States {
  const { names, graph, histories } = emission
  const { scope, items } = sequence
  switch (item.t) {
    case 'step':
      return emitStep(emission, sequence, at, item)
    case 'map': {
      const inside = insideMap(scope, item.tasks, histories.isDistributed(item))
      return emitMap(emission, sequence, at, item, emitBranch(emission, inside, item.body))
    }
    case 'child': {
      const { position } = emission.children.get(item.id)!
      return emitChildStart(emission, sequence, at, item.id, position)
    }
    case 'gate':
      return [[names.entry(item), gateState(scope, item.id, graph.dagrunTimeout, names.entry(items[at + 1]!))]]
    case 'par': {
      const branches = item.branches.map((branch) => emitBranch(emission, insideParallel(scope, branch), branch))
      return [[names.entry(item), parallelState(scope, branches, targetAt(emission, sequence, at))]]
    }
    case 'seq':
      throw new Error('A sequence directly inside a sequence is never planned. Please report this bug.')
  }
}

function emitBranch(emission: Emission, scope: Scope, plan: Plan): Branch {
  const sequence = sequenceOf(emission, scope, plan, null)
  const landings: States = sequence.landing === null ? [] : [[sequence.landing, landing(scope)]]
  return {
    StartAt: emission.names.entry(plan),
    States: Object.fromEntries([...emitSequence(emission, sequence), ...landings]),
  }
}
