/** The engine alone, with functions that answer at once: state transitions per second, in memory and with its logs on disk. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { realClock } from '../../local/clock.ts'
import { createStepFunctions, type StepFunctionsCore } from '../../local/step-functions/index.ts'

export type States = 'Pass' | 'Task'

export interface TransitionCase {
  readonly states: States
  readonly store: 'memory' | 'disk'
}

export interface TransitionRound extends TransitionCase {
  readonly transitions: number
  readonly ms: number
  /** CPU time of this process, which other work on the machine does not change. */
  readonly cpuMs: number
  /** What nobody can leave out: an object per history event, turned into JSON and awaited. */
  readonly floorMs: number
}

const chainLength = 40
const chains = 250
const eventsPerState = { Pass: 2, Task: 5 } as const

export async function measureTransitions(kind: TransitionCase): Promise<TransitionRound> {
  const dataDir = kind.store === 'disk' ? mkdtempSync(join(tmpdir(), 'stepdag-bench-')) : null
  const engine = openEngine(dataDir)
  try {
    const machineArn = await createMachine(engine, 'chain', chainOf(kind.states))
    const cpu = process.cpuUsage()
    const begun = performance.now()
    for (let n = 0; n < chains; n++) await engine.call('StartExecution', { stateMachineArn: machineArn, input: '{}' })
    await engine.ended(chains)
    const ms = performance.now() - begun
    const { user, system } = process.cpuUsage(cpu)
    const transitions = chainLength * chains
    return {
      ...kind,
      transitions,
      ms,
      cpuMs: (user + system) / 1000,
      floorMs: await floor(transitions * eventsPerState[kind.states]),
    }
  } finally {
    engine.close()
    if (dataDir !== null) rmSync(dataDir, { recursive: true })
  }
}

export interface BenchEngine extends StepFunctionsCore {
  /** Resolves when that many executions have succeeded. @throws when one ends otherwise */
  ended(count: number): Promise<void>
}

export function openEngine(dataDir: string | null): BenchEngine {
  const seen = { succeeded: 0, failure: null as string | null, wanted: Number.POSITIVE_INFINITY, tell: () => {} }
  const core = createStepFunctions({
    clock: realClock,
    dataDir,
    region: 'us-east-1',
    accountId: '000000000000',
    invokeLambda: async () => ({ ok: true, payload: 'null' }),
    callService: async () => ({}),
    onStatusChange: ({ status, error, cause }) => {
      if (status === 'RUNNING') return
      if (status === 'SUCCEEDED') seen.succeeded += 1
      else seen.failure = `${status}: ${error} ${cause}`
      if (seen.failure !== null || seen.succeeded >= seen.wanted) seen.tell()
    },
  })
  return {
    ...core,
    async ended(count) {
      seen.wanted = count
      if (seen.succeeded < count && seen.failure === null) {
        await new Promise<void>((resolve) => {
          seen.tell = resolve
        })
      }
      if (seen.failure !== null) throw new Error(`an execution ended as ${seen.failure}`)
    },
  }
}

export async function createMachine(core: StepFunctionsCore, name: string, states: object): Promise<string> {
  const definition = JSON.stringify({ QueryLanguage: 'JSONata', StartAt: Object.keys(states)[0], States: states })
  const roleArn = 'arn:aws:iam::000000000000:role/bench'
  const { stateMachineArn } = (await core.call('CreateStateMachine', { name, roleArn, definition })) as {
    stateMachineArn: string
  } // CreateStateMachine's answer
  return stateMachineArn
}

function chainOf(states: States): object {
  const task = {
    Type: 'Task',
    Resource: 'arn:aws:states:::lambda:invoke',
    Arguments: { FunctionName: 'noop', Payload: { run: '{% $states.context.Execution.Name %}' } },
    Output: '{% $states.result.Payload %}',
  }
  const own = states === 'Pass' ? { Type: 'Pass' } : task
  return Object.fromEntries(
    Array.from({ length: chainLength }, (_, n) => [
      `S${n}`,
      { ...own, ...(n + 1 < chainLength ? { Next: `S${n + 1}` } : { End: true }) },
    ]),
  )
}

async function floor(events: number): Promise<number> {
  const begun = performance.now()
  let bytes = 0
  for (let id = 0; id < events; id++) {
    bytes += await Promise.resolve(
      JSON.stringify({ type: 'PassStateEntered', id, details: { name: 'S', input: '{}' } }).length,
    )
  }
  if (bytes === 0) throw new Error('nothing was measured')
  return performance.now() - begun
}
