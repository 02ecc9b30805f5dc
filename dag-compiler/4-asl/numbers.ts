/**
 * What a run costs and how long its history is when every task succeeds at its first try, read from the machine: the
 * states on its path, once each. What a Map's iterations add depends on how many there are, which only a run knows.
 */
import type { Plan } from '../3-plan/plan.ts'
import { gatesOf, itemsOf } from '../3-plan/plan-items.ts'
import type { Emission } from './emission.ts'
import { events } from './events.ts'
import type { AslState, DagNumbers, MapNumbers, StateMachine } from './machine.ts'
import { largestStateDataOf } from './state-data.ts'

/** One machine, and the part of the plan that it runs. */
export interface Machine {
  readonly plan: Plan
  readonly tasks: readonly string[]
  readonly definition: StateMachine
  readonly definitionText: string
}

/** @param children numbers of the machines that this one starts, directly or not; what they cost is part of it */
export function numbersOf(
  emission: Emission,
  { plan, tasks, definition, definitionText }: Machine,
  children: readonly DagNumbers[] = [],
): DagNumbers {
  const { histories } = emission
  const gates = gatesOf(plan)
  const path = pathOf(definition)
  const maps = [path, ...children].flatMap(({ maps }) => maps ?? [])
  return {
    tasks: tasks.length,
    edges: tasks.reduce((sum, key) => sum + emission.tasks.get(key)!.upstreams.length, 0),
    parallels: itemsOf(plan, 'par').length,
    gates: gates.length,
    gatedTasks: gates.length - itemsOf(plan, 'gate').length,
    transitions: children.reduce((sum, child) => sum + child.transitions, path.transitions),
    lambdaRequests: children.reduce((sum, child) => sum + child.lambdaRequests, path.lambdaRequests),
    events: events.execution + path.events,
    worstCaseEvents: events.execution + histories.worstCase(plan) + events.task,
    ...(maps.length > 0 ? { maps } : {}),
    definitionBytes: bytesOf(definitionText),
    stateDataBytes: largestStateDataOf(emission, plan),
  }
}

/** Nearly every definition is ASCII, where nothing need be encoded to be counted. */
export const bytesOf = (text: string): number =>
  /[\u0080-\uffff]/.test(text) ? new TextEncoder().encode(text).length : text.length

interface Path {
  readonly transitions: number
  readonly lambdaRequests: number
  readonly events: number
  readonly maps: readonly MapNumbers[]
}

type States = Pick<StateMachine, 'StartAt' | 'States'>

/** Every state leads on to one other; of a Choice the default is the way of a task that runs. */
function pathOf({ StartAt, States }: States): Path {
  let [transitions, lambdaRequests, eventCount] = [0, 0, 0]
  const maps: MapNumbers[] = []
  let name: unknown = StartAt
  while (typeof name === 'string') {
    const state: AslState = States[name]!
    const inside = insideOf(name, state)
    transitions += 1 + inside.transitions
    lambdaRequests += (isLambdaCall(state) ? 1 : 0) + inside.lambdaRequests
    eventCount += eventsOf(state) + inside.events
    maps.push(...inside.maps)
    name = state.Type === 'Choice' ? state.Default : state.Next
  }
  return { transitions, lambdaRequests, events: eventCount, maps }
}

const isLambdaCall = ({ Resource }: AslState): boolean => String(Resource).startsWith('arn:aws:states:::lambda:invoke')

function insideOf(name: string, { Type, Branches, ItemProcessor }: AslState): Path {
  // The states are our own: what `parallelState` and `mapState` wrote.
  if (Type === 'Parallel') return (Branches as readonly States[]).map(pathOf).reduce(sum, nothing)
  if (Type !== 'Map') return nothing
  const each = pathOf(ItemProcessor as States)
  const isDistributed = isDistributedMap(ItemProcessor)
  const eventsEach = each.events + (isDistributed ? events.execution : events.iteration)
  return { ...nothing, maps: [{ id: name, transitionsEach: each.transitions, eventsEach, isDistributed }] }
}

/** What `mapState` wrote. */
const isDistributedMap = (itemProcessor: unknown): boolean =>
  (itemProcessor as { readonly ProcessorConfig: { readonly Mode: string } }).ProcessorConfig.Mode === 'DISTRIBUTED'

const nothing: Path = { transitions: 0, lambdaRequests: 0, events: 0, maps: [] }
const sum = (a: Path, b: Path): Path => ({
  transitions: a.transitions + b.transitions,
  lambdaRequests: a.lambdaRequests + b.lambdaRequests,
  events: a.events + b.events,
  maps: b.maps.length > 0 ? [...a.maps, ...b.maps] : a.maps,
})

function eventsOf({ Type, Resource, ItemProcessor }: AslState): number {
  switch (Type) {
    case 'Parallel':
      return events.parallel
    case 'Map':
      return isDistributedMap(ItemProcessor) ? events.distributedMap : events.map
    case 'Task':
      return /\.(waitForTaskToken|sync(:2)?)$/.test(String(Resource)) ? events.waiting : events.task
    default:
      return events.plain
  }
}
