/**
 * Plan → Step Functions machine. Each item of a sequence becomes one state, or a few, that lead to the next item; a failure
 * is caught and goes on where the plan says, so that an execution fails only through its last state, the verdict.
 */
import type { Graph } from '../2-graph/graph.ts'
import type { BuiltPlan } from '../3-plan/build-plan.ts'
import type { Plan } from '../3-plan/plan.ts'
import { type Emission, failuresOf, insideMap, insideParallel, rootScope, type Scope, type States } from './emission.ts'
import { emitMap } from './emit-map.ts'
import { emitStep } from './emit-step.ts'
import type { StateMachine } from './machine.ts'
import { type Sequence, sequenceOf, targetAt } from './sequence.ts'
import { stateNames } from './state-names.ts'
import { finalizeState } from './states/finalizer.ts'
import { gateState } from './states/gate.ts'
import { type Branch, parallelState } from './states/parallel.ts'
import { landing } from './states/target.ts'
import { isDistributed } from './worst-case.ts'

export function emitMachine(graph: Graph, built: BuiltPlan, wiringHash: string): StateMachine {
  const names = stateNames(graph, built)
  const tasks = new Map(graph.tasks.map((task) => [task.key, task]))
  const emission: Emission = { ...built, graph, names, tasks, wiringHash, failures: failuresOf(graph) }
  return {
    QueryLanguage: 'JSONata',
    StartAt: names.entry(built.plan),
    States: Object.fromEntries([
      ...emitSequence(emission, sequenceOf(emission, rootScope, built.plan, names.finalize)),
      [names.finalize, finalizeState(emission, rootScope)],
    ]),
    ...(graph.dagrunTimeout === null ? {} : { TimeoutSeconds: Math.max(1, Math.ceil(graph.dagrunTimeout)) }),
  }
}

function emitSequence(emission: Emission, sequence: Sequence): States {
  return sequence.items.flatMap((item, at) => emitItem(emission, sequence, item, at))
}

function emitItem(emission: Emission, sequence: Sequence, item: Plan, at: number): States {
  const { names, graph } = emission
  const { scope, items } = sequence
  switch (item.t) {
    case 'step':
      return emitStep(emission, sequence, at, item)
    case 'map': {
      const inside = insideMap(scope, item.tasks, isDistributed(graph, item))
      return emitMap(emission, sequence, at, item, emitBranch(emission, inside, item.body))
    }
    case 'gate':
      return [[names.entry(item), gateState(scope, item.id, graph.dagrunTimeout, names.entry(items[at + 1]!))]]
    case 'par': {
      const branches = item.branches.map((branch) => emitBranch(emission, insideParallel(scope), branch))
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
