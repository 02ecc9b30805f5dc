/** The traps of the compiler design (§14), each as a case of its own. */
import { describe, expect, it } from 'vitest'
import type { CompiledDag } from '../../dag-compiler/index.ts'
import { type Simulation, simulate } from '../../local/virtual/index.ts'
import { runWhole } from '../task-runtime/support/whole-run.ts'
import { compiledFrom, type Specs } from './support/definitions.ts'
import { drawing } from './support/drawing.ts'
import { differencesFrom, play } from './support/play.ts'
import { expectedRun } from './support/reference.ts'
import type { Behaviour, Scenario } from './support/scenario.ts'

const allDone = { triggerRule: 'all_done' } as const
const oneSuccess = { triggerRule: 'one_success' } as const
const oneFailed = { triggerRule: 'one_failed' } as const
const oneDone = { triggerRule: 'one_done' } as const
const always = { triggerRule: 'always' } as const

const fate = (behaviours: Readonly<Record<string, Partial<Behaviour>>>): Scenario =>
  new Map(
    Object.entries(behaviours).map(([taskId, each]) => [
      taskId,
      { outcomes: [], seconds: 1, answerIsLost: false, ...each },
    ]),
  )

async function expectReference(dag: CompiledDag, scenario: Scenario): Promise<Simulation> {
  const run = await play(dag, scenario)
  expect(differencesFrom(expectedRun(dag.authored, scenario), run)).toEqual([])
  return run
}

/** A gate that no task holds: `d` and `e` stand behind it side by side. */
const beforeParallel = 'a>c a>d a>e b>d b>e'

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
    const { state, tasks } = await simulate(dag, { faults: { ofCall: (task) => (task === 'a' ? 'crash' : null) } })
    expect(state).toBe('failed')
    expect([tasks.a?.state, tasks.x?.state, tasks.y?.state]).toEqual(['failed', 'success', 'upstream_failed'])
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
    const { tasks } = await expectReference(
      dag,
      fate({ a: { outcomes: ['failed'], seconds: 1 }, b: { outcomes: ['failed'], seconds: 30 } }),
    )
    expect(tasks.e?.start).toBe(30)
  })
})

describe('trap 2, early rules: a failure never jumps over their gates either', () => {
  it('a one_failed task fires when the failure happens, and its own failure jumps over what waits for it', async () => {
    const dag = compiledFrom('a>e b>e e>f f>g', { e: oneFailed })
    expect(drawing(dag.plan)).toBe('∥{a ; b ; ⟨e←a,b, one_failed⟩e→f→g}')
    const { makespan, tasks } = await expectReference(
      dag,
      fate({ a: { outcomes: ['failed'], seconds: 2 }, b: { seconds: 30 }, e: { outcomes: ['failed'], seconds: 3 } }),
    )
    expect(tasks.e?.start).toBe(2)
    expect(tasks.g?.state).toBe('upstream_failed')
    expect(makespan).toBe(30)
  })

  it('a join behind an early task waits for the early task, not for its upstreams', async () => {
    const dag = compiledFrom('a>e b>e e>j c>j', { e: oneSuccess })
    const { tasks } = await expectReference(dag, fate({ a: { seconds: 1 }, b: { seconds: 50 }, c: { seconds: 4 } }))
    expect(tasks.j?.start).toBe(4)
  })
})

describe('trap 3: edges into early tasks are not structure', () => {
  it('one_success starts with its first success while the other upstream still runs', async () => {
    const { tasks } = await expectReference(
      compiledFrom('a>e b>e', { e: oneSuccess }),
      fate({ a: { seconds: 3 }, b: { seconds: 100 } }),
    )
    expect(tasks.e?.start).toBe(3)
  })

  it('an early task does not wait for an upstream through another path of the graph', async () => {
    // b is reached through a as well; e still starts with a.
    const { tasks } = await expectReference(
      compiledFrom('a>b a>e b>e b>d e>d', { e: oneDone }),
      fate({ a: { seconds: 2 }, b: { seconds: 60 } }),
    )
    expect(tasks.e?.start).toBe(2)
    expect(tasks.d?.start).toBe(62)
  })

  it('edges into an always task order nothing, not even behind a join', async () => {
    const dag = compiledFrom('a>w b>w w>x a>x', { w: always })
    expect(drawing(dag.plan)).toBe('∥{∥{a ; w}→x ; b}')
    const { tasks } = await expectReference(dag, fate({ a: { seconds: 9, outcomes: ['failed'] }, b: { seconds: 5 } }))
    expect(tasks.w?.start).toBe(0)
  })

  it('a task that only an always task follows needs no arrive', () => {
    const dag = compiledFrom('a>w a>b', { w: always })
    expect([...statesOf(dag).keys()].filter((name) => name.startsWith('arrive:'))).toEqual([])
  })

  it('early tasks that wait for each other in a row fire one by one', async () => {
    const dag = compiledFrom('a>e b>e e>f b>f f>g b>g', { e: oneDone, f: oneSuccess, g: oneDone })
    const { tasks } = await expectReference(dag, fate({ a: { seconds: 1 }, b: { seconds: 500 } }))
    expect(['e', 'f', 'g'].map((task) => tasks[task]?.start)).toEqual([1, 2, 3])
  })
})

describe('trap 4: a gate that waits for nobody would never open', () => {
  it('a task without upstreams has no gate, whatever its rule', async () => {
    const specs: Specs = { a: oneSuccess, b: oneFailed, c: oneDone, d: always }
    const dag = compiledFrom('a b c d', specs)
    expect(dag.numbers.gates).toBe(0)
    const { tasks } = await expectReference(dag, new Map())
    expect(Object.values(tasks).map(({ start }) => start)).toEqual([0, 0, 0, 0])
  })

  it('a task with one upstream has none either: one and all are decided together', async () => {
    const dag = compiledFrom('a>b b>c c>d', { b: oneSuccess, c: oneFailed, d: oneDone })
    expect(drawing(dag.plan)).toBe('a→b→c→d')
    for (const outcome of ['success', 'failed', 'skipped', 'crash'] as const) {
      await expectReference(dag, fate({ a: { outcomes: [outcome] } }))
    }
  })
})

describe('trap 5: gates belong to the execution', () => {
  it('the key of a gate holds the name of the execution, not the run', () => {
    const gate = statesOf(compiledFrom(beforeParallel)).get('gate:d')!
    expect(gate.Arguments).toMatchObject({ Key: { pk: { S: "{% 'JOIN#' & $states.context.Execution.Name %}" } } })
  })
})

describe('trap 6: a lost wake-up heals', () => {
  it('a gate whose release got lost tries again after an hour and finds itself open', async () => {
    const dag = compiledFrom('a>c a>d b>d')
    const durations = { a: 50, b: 10 }
    const { state, tasks, transitions } = await simulate(dag, { durations, faults: { lostWakes: 1 } })
    expect(state).toBe('success')
    expect(tasks.d?.start).toBe(10 + 3600 + 1)
    expect(transitions).toBe(dag.numbers.transitions + 1)
  })
})

describe('trap 7: Parallel results must not multiply inherited data', () => {
  it('a chain of 240 tasks before a fan of 60 stays far below 256 KiB', async () => {
    const chain = Array.from({ length: 240 }, (_, i) => `a_task_in_the_chain_${i}`)
    const fan = Array.from({ length: 60 }, (_, i) => `a_task_in_the_fan_${i}`)
    const dag = compiledFrom(
      [...chain.slice(1).map((id, i) => `${chain[i]}>${id}`), ...fan.map((id) => `${chain.at(-1)}>${id}`)].join(' '),
    )
    const { histories, status } = await runWhole(dag.authored, () => undefined)
    expect(status).toBe('SUCCEEDED')
    // The end of a branch is what it adds to the result of its Parallel.
    const outputs = histories.flat().flatMap(({ stateExitedEventDetails: exited }) => (exited ? [exited] : []))
    const ofFan = outputs.filter(({ name }) => fan.includes(name)).map(({ output }) => output.length)
    expect(ofFan).toHaveLength(60)
    expect(ofFan.reduce((sum, length) => sum + length, 0)).toBeLessThan(4096)
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
    const { makespan } = await expectReference(dag, fate({ e: { outcomes: ['failed'] }, o: { seconds: 5 } }))
    expect(makespan).toBe(6)
  })
})

describe('trap 9, early rules: a jumped task that feeds an early gate still arrives', () => {
  it('one_failed hears of a jumped task at once, one_done does not take it for an end', async () => {
    const dag = compiledFrom('x>a a>e b>e a>f b>f', { e: oneFailed, f: oneDone })
    const { tasks } = await expectReference(dag, fate({ x: { outcomes: ['failed'], seconds: 2 }, b: { seconds: 40 } }))
    expect(statesOf(dag).get('arrive:x')?.Arguments).toMatchObject({
      Payload: { st: { x: 'failed', a: 'upstream_failed' } },
    })
    expect(tasks.e?.start).toBe(2)
    expect(tasks.f?.start).toBe(40)
  })

  it('the gate opens when all its upstreams are jumped over', async () => {
    const dag = compiledFrom('x>a x>b a>e b>e', { e: oneSuccess })
    const { makespan, tasks } = await expectReference(dag, fate({ x: { outcomes: ['crash'], seconds: 2 } }))
    expect(tasks.e?.state).toBe('upstream_failed')
    expect(makespan).toBe(2)
  })
})

describe('trap 10: retriers are tried in order', () => {
  it('a gate that is already open is not retried', () => {
    const { Retry, Catch } = statesOf(compiledFrom(beforeParallel)).get('gate:d')! as never as {
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
    const { tasks } = await expectReference(dag, fate({ a: { outcomes: ['FailTask'] } }))
    expect(tasks.a?.tries).toBe(1)
  })

  it('the verdict is not retried', async () => {
    const { state, transitions } = await simulate(compiledFrom('a'), { outcomes: { a: 'failed' } })
    expect([state, transitions]).toEqual(['failed', 2])
  })
})

describe('trap 12: commit, then crash', () => {
  it('a task whose answer was lost is not run again, and its gates hear of it', async () => {
    const dag = compiledFrom('a>c a>d b>d')
    const { tasks } = await expectReference(dag, fate({ a: { answerIsLost: true, seconds: 9 } }))
    expect(tasks.a?.tries).toBe(1)
    expect(tasks.d?.start).toBe(9)
  })
})

describe('trap 17: an early gate opens with partial data', () => {
  it.each([
    ['one_success', { a: ['failed'], b: ['success'] }, 5],
    ['one_success', { a: ['skipped'], b: ['success'] }, 5],
    ['one_failed', { a: ['success'], b: ['failed'] }, 5],
    ['one_done', { a: ['skipped'], b: ['failed'] }, 5],
    ['one_done', { a: ['failed'], b: ['success'] }, 1],
  ] as const)('%s with %o starts at second %i of 50', async (triggerRule, outcomes, second) => {
    const dag = compiledFrom('a>e b>e c>e', { e: { triggerRule } })
    const { tasks } = await expectReference(
      dag,
      fate({ a: { outcomes: outcomes.a, seconds: 1 }, b: { outcomes: outcomes.b, seconds: 5 }, c: { seconds: 50 } }),
    )
    expect(tasks.e?.start).toBe(second)
  })

  it.each([
    ['one_success', ['failed', 'skipped', 'skipped'], 'upstream_failed'],
    ['one_success', ['skipped', 'skipped', 'skipped'], 'skipped'],
    ['one_failed', ['success', 'skipped', 'success'], 'skipped'],
    ['one_done', ['skipped', 'skipped', 'skipped'], 'skipped'],
  ] as const)(
    '%s that never fires with %o is %s when the last upstream has ended',
    async (triggerRule, ends, state) => {
      const dag = compiledFrom('a>e b>e c>e e>f', { e: { triggerRule }, f: allDone })
      const { tasks } = await expectReference(
        dag,
        fate({
          a: { outcomes: [ends[0]], seconds: 1 },
          b: { outcomes: [ends[1]], seconds: 20 },
          c: { outcomes: [ends[2]], seconds: 3 },
        }),
      )
      expect(tasks.e?.state).toBe(state)
      expect(tasks.f?.start).toBe(20)
    },
  )

  it('a try after a failed one does not ask the rule again', async () => {
    const dag = compiledFrom('a>e b>e', { e: { ...oneFailed, retries: 1, retryDelay: 10 } })
    const { tasks } = await expectReference(
      dag,
      fate({ a: { outcomes: ['failed'], seconds: 1 }, b: { seconds: 5 }, e: { outcomes: ['failed'], seconds: 1 } }),
    )
    expect(tasks.e?.tries).toBe(2)
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
