/**
 * What the machine talks to, as a model in memory: task wrapper (memo, trigger rule, record, arrival), gates and
 * finalizer. Trigger rules, arrival, inference and verdict are the real ones; only storage and Lambda are played. A task
 * may start before an upstream has ended only if its rule says "run" all the same.
 */
import { arriveAtGates } from '../../../lambdas/arrival/arrive-at-gates.ts'
import {
  decideTriggerRule,
  type FinalizerCall,
  flattenStateData,
  inferStatuses,
  runVerdict,
  type StateData,
  type StatusEntry,
  statusOf,
  type TaskCall,
  type Wiring,
} from '../../../run-model/index.ts'
import type { Outcome, Service, ServiceCall } from './interpreter.ts'
import type { Behaviour, Scenario } from './scenario.ts'
import type { VirtualClock } from './virtual-clock.ts'

export interface Platform extends Service {
  /** Task id → what the end of the run says; empty until `finalize` was called. */
  readonly finalStates: ReadonlyMap<string, StatusEntry>
  readonly starts: ReadonlyMap<string, number>
  readonly triesOf: ReadonlyMap<string, number>
  readonly verdict: () => 'success' | 'failed' | null
  /** Invariants that were broken, in words. */
  readonly violations: readonly string[]
}

export interface Faults {
  /** How many `SendTaskSuccess` calls are lost on the way. */
  readonly lostSends?: number
}

interface GateState {
  readonly arrived: Record<number, StatusEntry>
  open: boolean
  token: string | null
}

export function platformModel(wiring: Wiring, scenario: Scenario, clock: VirtualClock, faults: Faults = {}): Platform {
  const rows = new Map<string, StatusEntry>()
  const gates = new Map<string, GateState>()
  const waiting = new Map<string, (outcome: Outcome) => void>()
  const starts = new Map<string, number>()
  const triesOf = new Map<string, number>()
  const finalStates = new Map<string, StatusEntry>()
  const violations: string[] = []
  let verdict: 'success' | 'failed' | null = null
  let lostSends = faults.lostSends ?? 0

  const gateOf = (execution: string, gate: string): GateState => {
    const key = `${execution}#${gate}`
    const state = gates.get(key) ?? { arrived: {}, open: false, token: null }
    gates.set(key, state)
    return state
  }
  const ports = {
    store: {
      async arriveAtGate(execution: string, gate: string, position: number, status: StatusEntry) {
        const state = gateOf(execution, gate)
        state.arrived[position] = status
        return { ...state }
      },
      async openGate(execution: string, gate: string) {
        const state = gateOf(execution, gate)
        state.open = true
        return { ...state }
      },
    },
    async releaseToken(token: string) {
      lostSends -= 1
      if (lostSends < 0) waiting.get(token)?.({ result: {} })
    },
  }
  const arrive = (execution: string, taskKey: string, status: StatusEntry) =>
    arriveAtGates(ports as never, wiring, { execution, taskKey, status })

  async function wrapper(call: TaskCall, done: (outcome: Outcome) => void): Promise<void> {
    const task = wiring.tasks[call.task]!
    if (call.w !== wiring.hash) return done({ error: 'WiringMismatch' })
    const behaviour = behaviourOf(scenario, task.taskId)
    const answer = async (status: StatusEntry) => {
      await arrive(call.x, call.task, status)
      if (call.do === 'end' && settleRun(call.up) === 'failed') return done({ error: 'DagRunFailed' })
      done({ result: { Payload: { s: status } } })
    }
    const end = async (status: StatusEntry) => {
      rows.set(call.task, status)
      // Died between record and arrival: the infrastructure retry meets the memo, which arrives again.
      if (behaviour.answerIsLost) return done({ error: 'Lambda.SdkClientException' })
      await answer(status)
    }
    const stored = rows.get(call.task)
    if (stored) return answer(stored)
    const seen = flattenStateData(call.up).statuses
    const gate = Object.hasOwn(wiring.gates, call.task) ? wiring.gates[call.task] : undefined
    const heard = gate?.rule ? gateOf(call.x, call.task).arrived : null
    const upstreams = task.upstreams.map((upstream, i) =>
      heard ? heard[i] : (seen.get(upstream) ?? rows.get(upstream)),
    )
    const decision = decideTriggerRule(task.triggerRule, upstreams)
    if (decision === 'undecided') {
      const open = task.upstreams.filter((_, i) => upstreams[i] === undefined)
      violations.push(`${task.taskId} starts before ${open.join(', ')} ended`)
    }
    if (decision === 'skipped' || decision === 'upstream_failed') return end(decision)
    if (!starts.has(task.taskId)) starts.set(task.taskId, clock.nowSeconds())
    const tries = (triesOf.get(task.taskId) ?? 0) + 1
    triesOf.set(task.taskId, tries)
    const outcome = behaviour.outcomes[tries - 1] ?? 'success'
    clock.after(behaviour.seconds, async () => {
      switch (outcome) {
        case 'success':
        case 'skipped':
          return end(outcome)
        case 'crash':
          return done({ error: 'Lambda.Unknown' })
        case 'FailTask':
        case 'failed':
          if (outcome === 'FailTask' || tries > task.retries) rows.set(call.task, 'failed')
          done({ error: outcome === 'FailTask' ? 'FailTask' : 'ValueError' })
      }
    })
  }

  async function finalizer(call: FinalizerCall, done: (outcome: Outcome) => void): Promise<void> {
    if (call.w !== wiring.hash) return done({ error: 'WiringMismatch' })
    if (call.do === 'arrive') {
      const told = Object.entries(call.st).map(([key, entry]) => [key, statusOf(entry)] as const)
      const inChild = call.child === undefined ? [] : wiring.children![call.child]!
      const statuses = [...told, ...inChild.map((key) => [key, rows.get(key) ?? ('failed' as const)] as const)]
      for (const [key, status] of statuses) if (!rows.has(key)) rows.set(key, status)
      for (const [key, status] of statuses) await arrive(call.x, key, status)
      const live = statuses.filter(([key]) => call.live?.includes(key))
      return done({ result: { Payload: call.live ? { st: Object.fromEntries(live) } : {} } })
    }
    verdict ??= settleRun(call.st)
    done(verdict === 'failed' ? { error: 'DagRunFailed' } : { result: { Payload: null } })
  }

  function settleRun(data: StateData): 'success' | 'failed' {
    const inData = flattenStateData(data).statuses
    const known: Record<string, StatusEntry> = Object.fromEntries([...rows, ...inData])
    for (const [key, status] of rows) {
      if (inData.has(key) && inData.get(key) !== status) violations.push(`${key}: record and state data disagree`)
    }
    const statuses = inferStatuses(wiring, known)
    for (const [key, status] of Object.entries(statuses)) finalStates.set(wiring.tasks[key]!.taskId, status)
    verdict = runVerdict(wiring, statuses).state
    return verdict
  }

  async function gate(args: GateArguments, token: string, done: (outcome: Outcome) => void): Promise<void> {
    const state = gateOf(args.Key.pk.S.replace(/^JOIN#/, ''), args.Key.sk.S)
    if (state.open) return done({ error: 'DynamoDb.ConditionalCheckFailedException' })
    state.token = args.ExpressionAttributeValues[':t'].S
    if (state.token !== token) violations.push('a gate stored a token that is not its own')
    waiting.set(token, done)
  }

  return {
    finalStates,
    starts,
    triesOf,
    violations,
    verdict: () => verdict,
    async start({ resource, args, token }: ServiceCall, done) {
      if (resource.includes('updateItem')) return gate(args as GateArguments, token, done)
      const { FunctionName, Payload } = args as { FunctionName: string; Payload: never }
      return FunctionName === '${Finalizer}' ? finalizer(Payload, done) : wrapper(Payload, done)
    },
  }
}

interface GateArguments {
  readonly Key: { readonly pk: { readonly S: string }; readonly sk: { readonly S: string } }
  readonly ExpressionAttributeValues: { readonly ':t': { readonly S: string } }
}

const behaviourOf = (scenario: Scenario, taskId: string): Behaviour =>
  scenario.get(taskId) ?? { outcomes: [], seconds: 1, answerIsLost: false }
