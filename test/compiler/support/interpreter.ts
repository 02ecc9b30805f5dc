/**
 * A small interpreter of the ASL that the compiler emits, in virtual time: Task, Parallel and Succeed with Retry, Catch
 * and timeouts. It knows nothing of DAGs. Counts transitions and history events as AWS does.
 */
import { evaluate } from './evaluate.ts'
import type { VirtualClock } from './virtual-clock.ts'

export interface Service {
  /** Called once per attempt; answers by calling `done` once, now or later. `token` names the attempt. */
  start(call: ServiceCall, done: (outcome: Outcome) => void): Promise<void>
}

export interface ServiceCall {
  readonly resource: string
  readonly args: never
  readonly token: string
}

export type Outcome = { readonly result: unknown } | { readonly error: string }

export interface Execution {
  readonly status: 'SUCCEEDED' | 'FAILED' | 'STUCK'
  readonly error: string | null
  readonly transitions: number
  readonly events: number
  readonly endedAtSeconds: number
  /** Longest result of a Parallel, in bytes. */
  readonly largestParallelResult: number
}

/** ASL is read as plain JSON here: the interpreter must not trust the compiler's types. */
interface Machine {
  readonly StartAt: string
  readonly States: Readonly<Record<string, State>>
}
interface State {
  readonly Type: string
  readonly Resource?: string
  readonly Arguments?: unknown
  readonly Output?: unknown
  readonly Next?: string
  readonly Retry?: readonly Retrier[]
  readonly Catch?: readonly { ErrorEquals: readonly string[]; Output?: unknown; Next: string }[]
  readonly TimeoutSeconds?: number
  readonly Branches?: readonly Machine[]
}
interface Retrier {
  readonly ErrorEquals: readonly string[]
  readonly MaxAttempts?: number
  readonly IntervalSeconds?: number
  readonly BackoffRate?: number
  readonly MaxDelaySeconds?: number
  readonly JitterStrategy?: string
}

/** More transitions than any test needs: a machine that waits for ever re-arms its gates for ever. */
const patience = 200_000

export async function interpret(
  definitionText: string,
  input: unknown,
  name: string,
  clock: VirtualClock,
  service: Service,
): Promise<Execution> {
  const machine: Machine = JSON.parse(definitionText)
  let [transitions, events, largestParallelResult, attempts] = [0, 2, 0, 0]
  let ending: { status: 'SUCCEEDED' | 'FAILED'; error: string | null } | null = null
  const end = (status: 'SUCCEEDED' | 'FAILED', error: string | null) => {
    ending = { status, error }
  }
  enter(machine, machine.StartAt, input, async () => end('SUCCEEDED', null))
  await clock.run(() => ending !== null || transitions > patience)
  const { status, error } = ending ?? { status: 'STUCK' as const, error: null }
  return { status, error, transitions, events, endedAtSeconds: clock.nowSeconds(), largestParallelResult }

  function enter(scope: Machine, stateName: string, data: unknown, leave: (output: unknown) => Promise<void>): void {
    clock.after(0, async () => {
      const state = Object.hasOwn(scope.States, stateName) ? scope.States[stateName] : undefined
      if (!state) throw new Error(`There is no state ${stateName}.`)
      transitions += 1
      events += 2
      const go = async (output: unknown, next: string | undefined) => {
        if (next === undefined) await leave(output)
        else enter(scope, next, output, leave)
      }
      if (state.Type === 'Succeed') return leave(await evaluate(state.Output, { input: data }))
      if (state.Type === 'Parallel') return enterParallel(state, data, go)
      if (state.Type === 'Task') return attempt(state, data, go, new Map(), 0)
      throw new Error(`The interpreter does not know ${state.Type}.`)
    })
  }

  type Go = (output: unknown, next: string | undefined) => Promise<void>

  async function enterParallel(state: State, data: unknown, go: Go): Promise<void> {
    events += 2
    const args = await evaluate(state.Arguments, { input: data })
    const result: unknown[] = []
    let open = state.Branches!.length
    state.Branches!.forEach((branch, index) => {
      enter(branch, branch.StartAt, args, async (output) => {
        result[index] = output
        open -= 1
        if (open > 0) return
        largestParallelResult = Math.max(largestParallelResult, JSON.stringify(result).length)
        await go(await evaluate(state.Output, { input: data, result }), state.Next)
      })
    })
  }

  async function attempt(
    state: State,
    data: unknown,
    go: Go,
    used: ReadonlyMap<Retrier, number>,
    retryCount: number,
  ): Promise<void> {
    attempts += 1
    const token = `token-${attempts}`
    const isCallback = state.Resource!.endsWith('.waitForTaskToken')
    events += 3
    const context = { Execution: { Name: name }, State: { RetryCount: retryCount }, Task: { Token: token } }
    const args = await evaluate(state.Arguments, { input: data, context })
    let isOpen = true
    const settle = (outcome: Outcome) => {
      if (!isOpen) return
      isOpen = false
      clock.after(0, async () => {
        if ('error' in outcome) return fail(state, data, go, used, retryCount, outcome.error)
        const output = state.Output ?? '{% $states.result %}'
        await go(await evaluate(output, { input: data, result: outcome.result, context }), state.Next)
      })
    }
    if (state.TimeoutSeconds) clock.after(state.TimeoutSeconds, async () => settle({ error: 'States.Timeout' }))
    await service.start({ resource: state.Resource!, args: args as never, token }, settle)
    // A request that is refused was never submitted.
    if (isCallback && isOpen) events += 1
  }

  async function fail(
    state: State,
    data: unknown,
    go: Go,
    used: ReadonlyMap<Retrier, number>,
    retryCount: number,
    error: string,
  ): Promise<void> {
    const retrier = state.Retry?.find(({ ErrorEquals }) => matches(ErrorEquals, error))
    const count = retrier ? (used.get(retrier) ?? 0) : 0
    if (retrier && count < (retrier.MaxAttempts ?? 3)) {
      transitions += 1
      const again = new Map(used).set(retrier, count + 1)
      return clock.after(delayOf(retrier, count), () => attempt(state, data, go, again, retryCount + 1))
    }
    const catcher = state.Catch?.find(({ ErrorEquals }) => matches(ErrorEquals, error))
    if (!catcher) return end('FAILED', error)
    await go(await evaluate(catcher.Output, { input: data }), catcher.Next)
  }
}

function matches(names: readonly string[], error: string): boolean {
  return names.some(
    (each) => each === error || each === 'States.ALL' || (each === 'States.TaskFailed' && error !== 'States.Timeout'),
  )
}

/** Full jitter draws from [0, delay); here it always draws 0, so that start times stay comparable. */
function delayOf(retrier: Retrier, count: number): number {
  if (retrier.JitterStrategy === 'FULL') return 0
  const delay = (retrier.IntervalSeconds ?? 1) * (retrier.BackoffRate ?? 2) ** count
  return Math.min(delay, retrier.MaxDelaySeconds ?? Number.POSITIVE_INFINITY)
}
