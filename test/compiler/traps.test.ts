/** The traps of the compiler design (§14) that concern rules which wait for all upstreams, each as a case of its own. */
import { describe, expect, it } from 'vitest'
import type { CompiledDag } from '../../dag-compiler/index.ts'
import { compiledFrom, type Specs } from './support/definitions.ts'
import { drawing } from './support/drawing.ts'
import { expectedRun } from './support/reference.ts'
import type { Behaviour, Scenario } from './support/scenario.ts'
import { differences, simulate } from './support/simulate.ts'

const allDone = { triggerRule: 'all_done' } as const

const fate = (behaviours: Readonly<Record<string, Partial<Behaviour>>>): Scenario =>
  new Map(
    Object.entries(behaviours).map(([taskId, each]) => [
      taskId,
      { outcomes: [], seconds: 1, answerIsLost: false, ...each },
    ]),
  )

async function expectReference(dag: CompiledDag, scenario: Scenario) {
  const simulation = await simulate(dag, scenario)
  expect(differences(simulation, expectedRun(dag.authored, scenario))).toEqual([])
  return simulation
}

/** The states of the machine, those of branches included. */
function statesOf(dag: CompiledDag): Map<string, Record<string, never>> {
  const states = new Map<string, Record<string, never>>()
  const visit = (machine: { States: object }) => {
    for (const [name, state] of Object.entries(machine.States)) {
      states.set(name, state)
      for (const branch of state.Branches ?? []) visit(branch)
    }
  }
  visit(dag.definition)
  return states
}

describe('trap 1: transitive reduction hides statuses', () => {
  /** `y` waits for `x` in `b`'s branch and reads `a`, which ran in another branch and crashed without a record. */
  const dag = compiledFrom('a>c a>x b>x x>y a>y', { x: allDone, y: { triggerRule: 'all_success' } })

  it('a task that crashed in another branch is recorded before a later task looks for it', async () => {
    expect(drawing(dag.plan)).toContain('⟨x←a⟩')
    const { platform } = await expectReference(dag, fate({ a: { outcomes: ['crash'] } }))
    expect(platform.finalStates.get('y')).toBe('upstream_failed')
  })

  it('a task that feeds no gate but is read where its status is not visible arrives too', async () => {
    const { plan, definition } = compiledFrom('a>m m>c m>x b>x x>y a>y')
    expect(drawing(plan)).toContain('⟨x←m⟩')
    expect(JSON.stringify(definition)).toContain('"st":{"a":"failed","m":"upstream_failed"}')
  })
})

describe('trap 2: a failure never jumps over a gate', () => {
  it('an all_done task behind the gate of a doomed join waits for the other upstreams of that join', async () => {
    const dag = compiledFrom('a>c a>d b>d d>e', { e: allDone })
    const { platform } = await expectReference(
      dag,
      fate({ a: { outcomes: ['failed'], seconds: 1 }, b: { outcomes: ['failed'], seconds: 30 } }),
    )
    expect(platform.starts.get('e')).toBe(30)
  })
})

describe('trap 5: gates belong to the execution', () => {
  it('the key of a gate holds the name of the execution, not the run', () => {
    const gate = statesOf(compiledFrom('a>c a>d b>d')).get('gate:d')!
    expect(gate.Arguments).toMatchObject({ Key: { pk: { S: "{% 'JOIN#' & $states.context.Execution.Name %}" } } })
  })
})

describe('trap 6: a lost wake-up heals', () => {
  it('a gate whose release got lost tries again after an hour and finds itself open', async () => {
    const dag = compiledFrom('a>c a>d b>d')
    const scenario = fate({ a: { seconds: 50 }, b: { seconds: 10 } })
    const { execution, platform } = await simulate(dag, scenario, { lostSends: 1 })
    expect(execution.status).toBe('SUCCEEDED')
    expect(platform.starts.get('d')).toBe(10 + 3600 + 1)
    expect(execution.transitions).toBe(dag.numbers.transitions + 1)
  })
})

describe('trap 7: Parallel results must not multiply inherited data', () => {
  it('a chain of 240 tasks before a fan of 60 stays far below 256 KiB', async () => {
    const chain = Array.from({ length: 240 }, (_, i) => `a_task_in_the_chain_${i}`)
    const fan = Array.from({ length: 60 }, (_, i) => `a_task_in_the_fan_${i}`)
    const dag = compiledFrom(
      [...chain.slice(1).map((id, i) => `${chain[i]}>${id}`), ...fan.map((id) => `${chain.at(-1)}>${id}`)].join(' '),
    )
    const { execution } = await expectReference(dag, new Map())
    expect(execution.largestParallelResult).toBeLessThan(4096)
  })
})

describe('trap 8: lists of dead paths must not grow with the square of the chain', () => {
  it('a failing task names only jumped tasks that somebody reads', () => {
    const ids = Array.from({ length: 400 }, (_, i) => `task_${i}`)
    const chain = ids.slice(1).map((id, i) => `${ids[i]}>${id}`)
    const dag = compiledFrom(chain.join(' '))
    const shortChain = compiledFrom(chain.slice(0, 199).join(' '))
    const bytesPerTask = dag.numbers.definitionBytes / 400
    expect(bytesPerTask).toBeLessThan((shortChain.numbers.definitionBytes / 200) * 1.02)
  })

  it('lists above 1 KB are shortened by jumping less far, and the run is the same', async () => {
    const ids = Array.from({ length: 120 }, (_, i) => `task_${i}`)
    const edges = [...ids.slice(1).map((id, i) => `${ids[i]}>${id}`), ...ids.map((id) => `${id}>report`)]
    const dag = compiledFrom(edges.join(' '), { report: allDone })
    for (const [name, { Catch }] of statesOf(dag)) {
      if (Catch) expect(JSON.stringify(Catch).length, name).toBeLessThan(1024 + 200)
    }
    await expectReference(dag, fate({ task_0: { outcomes: ['failed'] } }))
  })
})

describe('trap 9: a jumped task that feeds a gate still arrives', () => {
  it('the gate opens when the task before the jumped one fails', async () => {
    const specs: Specs = { r: allDone }
    const dag = compiledFrom('e>l l>s l>r o>r', specs)
    expect(drawing(dag.plan)).toContain('⟨r←l⟩')
    const { execution } = await expectReference(dag, fate({ e: { outcomes: ['failed'] }, o: { seconds: 5 } }))
    expect(execution.endedAtSeconds).toBe(6)
  })
})

describe('trap 10: retriers are tried in order', () => {
  it('a gate that is already open is not retried', () => {
    const { Retry, Catch } = statesOf(compiledFrom('a>c a>d b>d')).get('gate:d')! as never as {
      Retry: { ErrorEquals: string[]; MaxAttempts: number }[]
      Catch: { ErrorEquals: string[] }[]
    }
    const first = Retry.find(({ ErrorEquals }) =>
      ErrorEquals.some((name) => ['DynamoDb.ConditionalCheckFailedException', 'States.TaskFailed'].includes(name)),
    )
    expect(first?.MaxAttempts).toBe(0)
    expect(Catch[0]?.ErrorEquals).toEqual(['DynamoDb.ConditionalCheckFailedException'])
  })

  it('FailTask ends a task at once, although retries are left', async () => {
    const dag = compiledFrom('a>b', { a: { retries: 3, retryDelay: 1 } })
    const { platform } = await expectReference(dag, fate({ a: { outcomes: ['FailTask'] } }))
    expect(platform.triesOf.get('a')).toBe(1)
  })

  it('the verdict is not retried', async () => {
    const { execution } = await simulate(compiledFrom('a'), fate({ a: { outcomes: ['failed'] } }))
    expect(execution).toMatchObject({ status: 'FAILED', error: 'DagRunFailed', transitions: 2 })
  })
})

describe('trap 12: commit, then crash', () => {
  it('a task whose answer was lost is not run again, and its gates hear of it', async () => {
    const dag = compiledFrom('a>c a>d b>d')
    const { platform } = await expectReference(dag, fate({ a: { answerIsLost: true, seconds: 9 } }))
    expect(platform.triesOf.get('a')).toBe(1)
    expect(platform.starts.get('d')).toBe(9)
  })
})

describe('trap 15: Catch cannot end a branch', () => {
  it('a failure lands in a state that drops the frame; every last state of a branch drops it itself', () => {
    const dag = compiledFrom('a>c a>d b>d')
    for (const [name, state] of statesOf(dag)) {
      if (name === 'finalize' || !('End' in state || state.Type === 'Succeed')) continue
      expect(state.Output, name).toContain("$k!='^'")
    }
    expect(statesOf(dag).get('end:a')).toMatchObject({ Type: 'Succeed' })
  })

  it('a branch that no failure ends has no landing', () => {
    expect([...statesOf(compiledFrom('a>b')).keys()]).toEqual(['a', 'b', 'finalize'])
  })
})

describe('trap 16: names', () => {
  it('a task may be called like a state of ours, and an id of 250 characters fits into 80', async () => {
    const long = 'x'.repeat(250)
    const dag = compiledFrom(`finalize>${long} finalize>end`)
    for (const name of statesOf(dag).keys()) expect(name.length).toBeLessThanOrEqual(80)
    await expectReference(dag, new Map())
  })
})
