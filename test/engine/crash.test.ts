/** After a kill at any write and a restart, executions go on: nothing is lost, and what succeeded is not done twice. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compileGraph, graphs } from './compiled.ts'
import { createFakeRuntime } from './fake-runtime.ts'
import { type CrashedRun, type CrashPlan, type Life, runWithCrashes } from './lifetimes.ts'

/** More kills than one task has infrastructure retries (3): an interrupted call does not use them up. */
const maxKills = 8
const killPoints = fc.array(fc.integer({ min: 0, max: 40 }), { minLength: 1, maxLength: maxKills })
const part = fc.double({ min: 0, max: 0.999, noNaN: true })

const sendFrom =
  (life: Life): Parameters<ReturnType<typeof createFakeRuntime>['redeliver']>[0] =>
  async (token, end) => {
    // Nothing fails here.
    if ('output' in end) await life.sendSuccess(token, end.output)
  }

describe('a compiled DAG that is killed and restarted', () => {
  it.each(Object.keys(graphs))(
    '%s: ends well, and every task has its effect once',
    async (name) => {
      const { dag, definition } = compileGraph(`dag_${name}`, graphs[name]!)
      const durations = fc.integer({ min: 0, max: 50 })
      await fc.assert(
        fc.asyncProperty(killPoints, part, durations, async (boundariesBeforeKill, torn, milliseconds) => {
          const runtime = createFakeRuntime(dag.wiring)
          const run = await runWithCrashes({
            definition,
            input: { '^run': { dagId: name, runId: 'r' } },
            boundariesBeforeKill,
            torn,
            updateItem: runtime.updateItem,
            onBirth: (life) => runtime.redeliver(sendFrom(life)),
            async invoke(target, event, life) {
              const answer = await runtime.invoke(target, event, sendFrom(life))
              if (milliseconds > 0) await life.sleep(milliseconds)
              return answer
            },
          })
          expect(run).toMatchObject({ status: 'SUCCEEDED', error: null })
          const once = Object.fromEntries(Object.keys(dag.wiring.tasks).map((task) => [task, 1]))
          expect(Object.fromEntries(runtime.effects)).toEqual(once)
          expectWellFormed(run)
        }),
        { seed: 20261124, numRuns: 15 },
      )
    },
    60_000,
  )
})

const states = {
  W: { Type: 'Wait', Seconds: 60, Next: 'M' },
  M: {
    Type: 'Map',
    Items: [1, 2, 3],
    MaxConcurrency: 2,
    ItemProcessor: {
      StartAt: 'T',
      States: {
        T: {
          Type: 'Task',
          Resource: 'arn:aws:states:::lambda:invoke',
          Arguments: { FunctionName: 'square', Payload: '{% $states.input %}' },
          Retry: [{ ErrorEquals: ['Lambda.SdkClientException'], MaxAttempts: 1 }],
          Assign: { last: '{% $states.result.Payload %}' },
          Next: 'V',
        },
        V: { Type: 'Pass', Output: '{% $last %}', End: true },
      },
    },
    Assign: { squares: '{% $states.result %}' },
    Next: 'P',
  },
  P: {
    Type: 'Parallel',
    Branches: [
      { StartAt: 'L', States: { L: { Type: 'Wait', Seconds: 30, Output: '{% $sum($squares) %}', End: true } } },
      { StartAt: 'F', States: { F: { Type: 'Fail', Error: 'Expected' } } },
    ],
    Catch: [
      {
        ErrorEquals: ['Expected'],
        Output: { squares: '{% $squares %}', error: '{% $states.errorOutput.Error %}' },
        Next: 'S',
      },
    ],
    Next: 'S',
  },
  S: { Type: 'Succeed' },
}

describe('waits, maps and caught failures that are killed and restarted', () => {
  const definition = JSON.stringify({ QueryLanguage: 'JSONata', StartAt: 'W', States: states })
  const plan: Omit<CrashPlan, 'boundariesBeforeKill' | 'torn'> = {
    definition,
    input: {},
    updateItem: () => ({}),
    invoke: async (_target, event) => Number(event) ** 2,
  }

  it('give the same answer as without a kill, and waits end when they should have', async () => {
    const calm = await runWithCrashes({ ...plan, boundariesBeforeKill: [], torn: 0 })
    expect(calm.output).toEqual({ squares: [1, 4, 9], error: 'Expected' })
    await fc.assert(
      fc.asyncProperty(killPoints, part, async (boundariesBeforeKill, torn) => {
        const run = await runWithCrashes({ ...plan, boundariesBeforeKill, torn })
        expect(run).toMatchObject({ status: 'SUCCEEDED', output: calm.output })
        const [entered, exited] = ['WaitStateEntered', 'WaitStateExited'].map(
          (type) => run.entries.find((entry) => entry.type === type)!,
        )
        // A kill costs 1.5 s of downtime here; a wait that begins again would end 60 s after the restart.
        expect(exited!.atMs - entered!.atMs).toBeLessThanOrEqual(60_000 + maxKills * 1500)
        expectWellFormed(run)
      }),
      { seed: 7, numRuns: 30 },
    )
  }, 60_000)

  it('announce their end at least once', async () => {
    for (const boundaries of [6, 12, 18, 24, 30]) {
      const run = await runWithCrashes({ ...plan, boundariesBeforeKill: [boundaries], torn: 0.5 })
      expect(run.changes.at(-1)).toMatchObject({ status: 'SUCCEEDED', name: 'run' })
    }
  })
})

const child = {
  A: task('a', { Next: 'W' }),
  W: { Type: 'Wait', Seconds: 20, Next: 'B' },
  B: task('b', { Output: 'child', End: true }),
}
const parent = {
  S: {
    Type: 'Task',
    Resource: 'arn:aws:states:::states:startExecution.sync:2',
    Arguments: { StateMachineArn: 'arn:aws:states:us-east-1:111111111111:stateMachine:child', Input: {} },
    Output: '{% $states.result.Output %}',
    Next: 'M',
  },
  M: {
    Type: 'Map',
    Items: [1, 2, 3],
    MaxConcurrency: 2,
    ItemProcessor: {
      ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
      StartAt: 'T',
      States: { T: task('{% "item" & $states.input %}', { Output: '{% $states.input %}', End: true }) },
    },
    End: true,
  },
}

function task(payload: string, more: object) {
  return {
    Type: 'Task',
    Resource: 'arn:aws:states:::lambda:invoke',
    Arguments: { FunctionName: 'work', Payload: payload },
    Retry: [{ ErrorEquals: ['Lambda.SdkClientException'], MaxAttempts: 1 }],
    ...more,
  }
}

const machine = (states: object) =>
  JSON.stringify({ QueryLanguage: 'JSONata', StartAt: Object.keys(states)[0], States: states })

describe('an execution with children that is killed and restarted', () => {
  it('finds the children it has started: none is started twice, left open or forgotten', async () => {
    await fc.assert(
      fc.asyncProperty(killPoints, part, async (boundariesBeforeKill, torn) => {
        const done = new Set<unknown>()
        const run = await runWithCrashes({
          definition: machine(parent),
          others: { child: machine(child) },
          input: {},
          boundariesBeforeKill,
          torn,
          updateItem: () => ({}),
          invoke: async (_target, event) => void done.add(event),
        })
        expect(run).toMatchObject({ error: null, status: 'SUCCEEDED', output: [1, 2, 3] })
        expect(run.children.map(({ status }) => status)).toEqual(Array(4).fill('SUCCEEDED'))
        expect([...done].sort()).toEqual(['a', 'b', 'item1', 'item2', 'item3'])
        expectWellFormed(run)
      }),
      { seed: 11, numRuns: 60 },
    )
  }, 60_000)
})

/** History ids have no gap, every event follows an earlier one, and there is one end. */
function expectWellFormed({ entries }: CrashedRun): void {
  const events = entries.filter((entry) => entry.id > 0)
  expect(events.map((event) => event.id)).toEqual(events.map((_, index) => index + 1))
  for (const event of events) expect(event.previousId).toBeLessThan(event.id)
  expect(events.filter((event) => /^Execution(Succeeded|Failed|Aborted|TimedOut)$/.test(event.type))).toHaveLength(1)
}
