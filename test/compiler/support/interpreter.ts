/**
 * A small interpreter of the ASL that the compiler emits, in virtual time: Task, Parallel, Succeed and Fail with Retry, Catch
 * and timeouts, and executions that start executions. It knows nothing of DAGs. Counts transitions and history events as
 * AWS does.
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
  /** Of the executions that it started too. */
  readonly transitions: number
  /** In its own history. */
  readonly events: number
  /** In the longest history of all. */
  readonly longestHistory: number
  /** Executions that it started, directly or not. */
  readonly children: number
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
  readonly Error?: string
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

/** @param machines placeholder of an ARN → definition of a machine that others start */
export async function interpret(
  definitionText: string,
  input: unknown,
  name: string,
  clock: VirtualClock,
  service: Service,
  machines: Readonly<Record<string, string>> = {},
): Promise<Execution> {
  let [transitions, largestParallelResult, attempts] = [0, 0, 0]
  const parsed = new Map<string, Machine>()
  const names = new Set<string>()
  const runs: Run[] = []
  let ending: { status: 'SUCCEEDED' | 'FAILED'; error: string | null } | null = null
  const root = start(definitionText, name, input, async (outcome) => {
    ending = 'error' in outcome ? { status: 'FAILED', error: outcome.error } : { status: 'SUCCEEDED', error: null }
  })
  await clock.run(() => ending !== null || transitions > patience)
  const { status, error } = ending ?? { status: 'STUCK' as const, error: null }
  return {
    status,
    error,
    transitions,
    events: root.events,
    longestHistory: Math.max(...runs.map(({ events }) => events)),
    children: runs.length - 1,
    endedAtSeconds: clock.nowSeconds(),
    largestParallelResult,
  }

  function start(text: string, name: string, input: unknown, done: Run['end']): Run {
    if (names.has(name)) throw new Error(`There is an execution ${name} already.`)
    names.add(name)
    const machine: Machine = parsed.get(text) ?? JSON.parse(text)
    parsed.set(text, machine)
    const run: Run = {
      execution: { Name: name, Input: input },
      events: 2,
      isOver: false,
      async end(outcome) {
        if (run.isOver) return
        run.isOver = true
        await done(outcome)
      },
    }
    runs.push(run)
    enter(run, machine, machine.StartAt, input, async (output) => run.end({ result: output }))
    return run
  }

  function enter(
    run: Run,
    scope: Machine,
    stateName: string,
    data: unknown,
    leave: (output: unknown) => Promise<void>,
  ) {
    clock.after(0, async () => {
      if (run.isOver) return
      const state = Object.hasOwn(scope.States, stateName) ? scope.States[stateName] : undefined
      if (!state) throw new Error(`There is no state ${stateName}.`)
      transitions += 1
      run.events += 2
      const go = async (output: unknown, next: string | undefined) => {
        if (next === undefined) await leave(output)
        else enter(run, scope, next, output, leave)
      }
      if (state.Type === 'Succeed') return leave(await evaluate(state.Output, { input: data }))
      if (state.Type === 'Fail') return run.end({ error: String(state.Error) })
      if (state.Type === 'Parallel') return enterParallel(run, state, data, go)
      if (state.Type === 'Task') return attempt({ run, state, data, go }, new Map(), 0)
      throw new Error(`The interpreter does not know ${state.Type}.`)
    })
  }

  async function enterParallel(run: Run, state: State, data: unknown, go: Go): Promise<void> {
    run.events += 2
    const args = await evaluate(state.Arguments, { input: data })
    const result: unknown[] = []
    let open = state.Branches!.length
    state.Branches!.forEach((branch, index) => {
      enter(run, branch, branch.StartAt, args, async (output) => {
        result[index] = output
        open -= 1
        if (open > 0) return
        largestParallelResult = Math.max(largestParallelResult, JSON.stringify(result).length)
        await go(await evaluate(state.Output, { input: data, result }), state.Next)
      })
    })
  }

  async function attempt(task: Entered, used: ReadonlyMap<Retrier, number>, retryCount: number): Promise<void> {
    const { run, state, data, go } = task
    if (run.isOver) return
    attempts += 1
    const token = `token-${attempts}`
    run.events += 3
    const context = { Execution: run.execution, State: { RetryCount: retryCount }, Task: { Token: token } }
    const args = await evaluate(state.Arguments, { input: data, context })
    let isOpen = true
    const settle = (outcome: Outcome) => {
      if (!isOpen) return
      isOpen = false
      clock.after(0, async () => {
        if (run.isOver) return
        if ('error' in outcome) return fail(task, used, retryCount, outcome.error)
        const output = state.Output ?? '{% $states.result %}'
        await go(await evaluate(output, { input: data, result: outcome.result, context }), state.Next)
      })
    }
    if (state.TimeoutSeconds) clock.after(state.TimeoutSeconds, async () => settle({ error: 'States.Timeout' }))
    if (state.Resource!.endsWith(':startExecution.sync:2')) startChild(args as ChildArguments, settle)
    else await service.start({ resource: state.Resource!, args: args as never, token }, settle)
    // A request that is refused was never submitted.
    if (/\.(waitForTaskToken|sync:2)$/.test(state.Resource!) && isOpen) run.events += 1
  }

  function startChild({ StateMachineArn, Name, Input }: ChildArguments, settle: (outcome: Outcome) => void): void {
    const text = machines[StateMachineArn]
    if (text === undefined) throw new Error(`There is no machine ${StateMachineArn}.`)
    start(text, Name, Input, async (outcome) =>
      settle('error' in outcome ? { error: 'States.TaskFailed' } : { result: { Output: outcome.result } }),
    )
  }

  async function fail(
    { run, state, data, go }: Entered,
    used: ReadonlyMap<Retrier, number>,
    retryCount: number,
    error: string,
  ): Promise<void> {
    const retrier = state.Retry?.find(({ ErrorEquals }) => matches(ErrorEquals, error))
    const count = retrier ? (used.get(retrier) ?? 0) : 0
    if (retrier && count < (retrier.MaxAttempts ?? 3)) {
      transitions += 1
      const again = new Map(used).set(retrier, count + 1)
      return clock.after(delayOf(retrier, count), () => attempt({ run, state, data, go }, again, retryCount + 1))
    }
    const catcher = state.Catch?.find(({ ErrorEquals }) => matches(ErrorEquals, error))
    if (!catcher) return run.end({ error })
    await go(await evaluate(catcher.Output, { input: data }), catcher.Next)
  }
}

interface Run {
  readonly execution: { readonly Name: string; readonly Input: unknown }
  events: number
  isOver: boolean
  end(outcome: Outcome): Promise<void>
}

type Go = (output: unknown, next: string | undefined) => Promise<void>

interface Entered {
  readonly run: Run
  readonly state: State
  readonly data: unknown
  readonly go: Go
}

interface ChildArguments {
  readonly StateMachineArn: string
  readonly Name: string
  readonly Input: unknown
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
