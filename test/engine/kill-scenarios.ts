/** State machines that hold one of everything a kill can meet, and a world of functions that outlives the engine. */
import type { Entry } from '../../local/step-functions/execution/entry.ts'
import { errorNamed } from './harness.ts'
import { type CrashPlan, readLogs } from './lifetimes.ts'

export interface Scenario {
  readonly definition: string
  readonly others?: Readonly<Record<string, string>>
  /** Tasks that fail so often before they succeed. */
  readonly failures?: Readonly<Record<string, number>>
  /** How many executions it starts. */
  readonly children?: number
  /** What a kill may cost besides the downtime: a worker that holds a token begins anew. @default a repeated call's interval */
  readonly setbackMs?: number
}

const retry = [{ ErrorEquals: ['Lambda.SdkClientException'], MaxAttempts: 2, IntervalSeconds: 1 }]
const step = (name: string, more: object = {}) => ({
  Type: 'Task',
  Resource: 'arn:aws:states:::lambda:invoke',
  Arguments: { FunctionName: 'work', Payload: { task: name } },
  Output: '{% $states.result.Payload %}',
  Retry: retry,
  End: true,
  ...more,
})
const held = (name: string, more: object = {}) =>
  step(name, {
    Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken',
    Arguments: { FunctionName: 'later', Payload: { task: name, token: '{% $states.context.Task.Token %}' } },
    Output: '{% $states.result %}',
    ...more,
  })
const gate = (name: string, more: object = {}) => ({
  Type: 'Task',
  Resource: 'arn:aws:states:::aws-sdk:dynamodb:updateItem.waitForTaskToken',
  Arguments: { Gate: name, Token: '{% $states.context.Task.Token %}' },
  Output: '{% $states.result %}',
  End: true,
  ...more,
})
const machine = (States: object) => ({ QueryLanguage: 'JSONata', StartAt: Object.keys(States)[0], States })
const text = (States: object) => JSON.stringify(machine(States))
const branch = (States: object) => ({ StartAt: Object.keys(States)[0], States })
const items = (mode: object) => ({
  Type: 'Map',
  Items: ['p', 'q', 'r', 's', 't'],
  MaxConcurrency: 2,
  ItemProcessor: { ...mode, ...branch({ T: step('{% $states.input %}') }) },
  End: true,
})
const child = (name: string, more: object = {}) => ({
  Type: 'Task',
  Resource: 'arn:aws:states:::states:startExecution.sync:2',
  Arguments: { StateMachineArn: `arn:aws:states:us-east-1:111111111111:stateMachine:${name}`, Input: {} },
  Output: '{% $states.result.Output %}',
  End: true,
  ...more,
})

export const scenarios: Readonly<Record<string, Scenario>> = {
  chain: {
    definition: text({
      A: step('a', { Next: 'B' }),
      B: step('b', { Next: 'C' }),
      C: step('c', { Assign: { c: '{% $states.result.Payload %}' }, Next: 'D' }),
      D: { Type: 'Pass', Output: '{% [$states.input, $c] %}', End: true },
    }),
  },
  parallel: {
    definition: text({
      P: {
        Type: 'Parallel',
        Branches: [
          branch({ A: step('a', { Next: 'B' }), B: step('b') }),
          branch({ W: { Type: 'Wait', Seconds: 20, Next: 'C' }, C: step('c') }),
          branch({ D: step('d') }),
        ],
        End: true,
      },
    }),
  },
  'caught failure': {
    definition: text({
      P: {
        Type: 'Parallel',
        Branches: [
          branch({ A: step('a', { Next: 'F' }), F: { Type: 'Fail', Error: 'Expected' } }),
          branch({ W: { Type: 'Wait', Seconds: 100, End: true } }),
        ],
        Catch: [{ ErrorEquals: ['Expected'], Output: '{% $states.errorOutput.Error %}', Next: 'B' }],
        End: true,
      },
      B: step('b'),
    }),
  },
  'inline map': { definition: text({ M: items({}) }) },
  'distributed map': {
    definition: text({ M: items({ ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' } }) }),
    children: 5,
  },
  gate: {
    definition: text({
      P: {
        Type: 'Parallel',
        Branches: [
          branch({ G: gate('g', { Next: 'A' }), A: step('a') }),
          branch({ B: step('b', { Next: 'O' }), O: opens('g') }),
        ],
        End: true,
      },
    }),
  },
  waits: {
    definition: text({
      W: { Type: 'Wait', Seconds: 60, Next: 'A' },
      A: step('a', { Next: 'V' }),
      V: { Type: 'Wait', Timestamp: '2026-01-05T12:00:00Z', Next: 'B' },
      B: step('b'),
    }),
  },
  'task tokens': {
    definition: text({ A: held('a', { Next: 'B' }), B: held('b', { HeartbeatSeconds: 3600 }) }),
    setbackMs: 15_000,
  },
  retries: {
    definition: text({
      A: step('a', {
        Retry: [
          ...retry,
          { ErrorEquals: ['Shaky'], MaxAttempts: 4, IntervalSeconds: 5, BackoffRate: 2, JitterStrategy: 'FULL' },
        ],
        Next: 'B',
      }),
      B: step('b'),
    }),
    failures: { a: 3 },
  },
  timeout: {
    definition: text({
      G: gate('never', { TimeoutSeconds: 30, Catch: [{ ErrorEquals: ['States.Timeout'], Output: 'late', Next: 'A' }] }),
      A: step('a'),
    }),
  },
  'child executions': {
    definition: text({ A: step('a', { Next: 'C' }), C: child('outer') }),
    others: { outer: text({ B: step('b', { Next: 'C' }), C: child('inner') }), inner: text({ D: step('d') }) },
    children: 2,
  },
}

function opens(name: string) {
  return step(name, { Arguments: { FunctionName: 'open', Payload: { task: `open ${name}`, gate: name } } })
}

export interface KillWorld {
  readonly plan: Pick<CrashPlan, 'definition' | 'others' | 'input' | 'invoke' | 'updateItem' | 'onBirth'>
  /** Tasks whose side effect happened. A repeated call finds its result (memo), as the task runtime keeps it. */
  readonly effects: ReadonlySet<string>
  /** Calls of tasks whose success was on disk when their lifetime began: there must be none. */
  readonly repeated: readonly string[]
}

type Call = { readonly task: string; readonly token?: string; readonly gate?: string }
type Life = Parameters<CrashPlan['invoke']>[2]

/** What AWS keeps and a kill does not touch: memos, gates, and workers that hold a token. */
export function killWorld({ definition, others, failures = {} }: Scenario): KillWorld {
  const memos = new Set<string>()
  const attempts = new Map<string, number>()
  const gates = new Map<string, { open: boolean; token: string | null }>()
  const holders = new Map<string, string>()
  const recorded = { names: new Set<string>() }
  const repeated: string[] = []

  const perform = (task: string) => {
    if (recorded.names.has(task)) repeated.push(task)
    const tries = (attempts.get(task) ?? 0) + 1
    attempts.set(task, tries)
    if (tries <= (failures[task] ?? 0)) throw errorNamed('Shaky', `${task} is shaky`)
    memos.add(task)
    return `${task} done`
  }
  const gateAt = (name: string) => {
    const present = gates.get(name) ?? { open: false, token: null }
    gates.set(name, present)
    return present
  }
  /** Whoever holds a token answers 10 s later, in whatever lifetime that is; a token that is no good is no matter. */
  const answerLater = (task: string, token: string, life: Life) =>
    void life.sleep(10_000).then(() => life.sendSuccess(token, JSON.stringify(perform(task))))

  return {
    effects: memos,
    repeated,
    plan: {
      definition,
      ...(others === undefined ? {} : { others }),
      input: {},
      onBirth(life, dataDir) {
        recorded.names = new Set(readLogs(dataDir).flatMap(succeeded))
        for (const [token, task] of holders) if (!recorded.names.has(task)) answerLater(task, token, life)
      },
      updateItem(args) {
        const { Gate, Token } = args as { Gate: string; Token: string } // the scenarios' own arguments
        const item = gateAt(Gate)
        if (item.open) throw errorNamed('ConditionalCheckFailedException', 'The conditional request failed')
        item.token = Token
        return {}
      },
      async invoke(target, event, life) {
        const { task, token, gate: name } = event as Call // the scenarios' own payloads
        if (token !== undefined) {
          holders.set(token, task)
          answerLater(task, token, life)
          return {}
        }
        if (target !== 'open' || name === undefined) return perform(task)
        const item = gateAt(name)
        item.open = true
        if (item.token !== null) await life.sendSuccess(item.token, '"open"')
        return perform(task)
      },
    },
  }
}

/** Tasks whose success a log holds. */
function succeeded(entries: readonly Entry[]): string[] {
  return entries.flatMap((entry, at) => {
    if (entry.type !== 'TaskSucceeded') return []
    const scheduled = entries.slice(0, at).findLast((one) => one.scope === entry.scope && one.type === 'TaskScheduled')
    const { Payload } = JSON.parse(scheduled!.details!.parameters!) as { Payload?: Call }
    return Payload === undefined ? [] : [Payload.task]
  })
}
