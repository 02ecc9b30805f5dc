/**
 * Random DAGs of service tasks and handlers on the engine: they end as the rules say, and no call is made that a rule
 * forbids. Only DAGs without gates: how gates open is tested with the platform behind them.
 */
import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import { Dag, type Operator, out, readDag, s3, type TaskRef } from '../../dag-compiler/define.ts'
import { type CompiledDag, compile } from '../../dag-compiler/index.ts'
import { createVirtualClock } from '../../local/clock.ts'
import { createStepFunctions } from '../../local/step-functions/index.ts'
import {
  decideTurn,
  flattenStateData,
  inferStatuses,
  isEarlyRule,
  type StateData,
  type StatusEntry,
  taskOf,
  triggerRules,
} from '../../run-model/index.ts'
import { sha256 } from '../compiler/support/definitions.ts'

interface Drawn {
  readonly isService: boolean
  readonly rule: (typeof triggerRules)[number]
  readonly upstreams: number
  /** How it ends when it runs. A service task cannot skip itself. */
  readonly end: StatusEntry
  readonly readsValue: boolean
}

const drawnTask = fc.record<Drawn>({
  isService: fc.boolean(),
  rule: fc.constantFrom(...triggerRules.filter((rule) => !isEarlyRule(rule))),
  upstreams: fc.integer({ min: 0, max: 127 }),
  end: fc.constantFrom<StatusEntry>('success', 'success', 'failed', 'skipped'),
  readsValue: fc.boolean(),
})

const upstreamsOf = (drawn: readonly Drawn[], at: number): readonly number[] =>
  drawn.flatMap((_, other) => (other < at && (drawn[at]!.upstreams >> other) & 1 ? [other] : []))
const endOf = ({ isService, end }: Drawn): StatusEntry => (isService && end === 'skipped' ? 'failed' : end)

function dagOf(drawn: readonly Drawn[]): CompiledDag | null {
  const dag = new Dag('random')
  const refs: TaskRef<{ key: string }>[] = []
  drawn.forEach(({ isService, rule, readsValue }, at) => {
    const upstreams = upstreamsOf(drawn, at).map((other) => refs[other]!)
    const value = readsValue && rule === 'all_success' ? upstreams[0] : undefined
    const call: Operator<Record<never, never>, { key: string }> = s3({
      action: 'headObject',
      args: { Bucket: `t${at}`, Key: value ? out(value).key : 'none' },
    })
    const ref = isService
      ? dag.task(`t${at}`, call, { triggerRule: rule })()
      : dag.task(`t${at}`, async () => ({ key: 'k' }), { triggerRule: rule })()
    ref.after(...upstreams)
    refs.push(ref)
  })
  const { dag: compiled } = compile(readDag(dag).definition, { sha256 })
  return compiled && compiled.numbers.gates === 0 ? compiled : null
}

/** As the rules say, one task after the other. */
function expectedOf(dag: CompiledDag, drawn: readonly Drawn[]): ReadonlyMap<string, StatusEntry> {
  const ends = new Map<string, StatusEntry>()
  drawn.forEach((task, at) => {
    const decision = decideTurn(taskOf(dag.wiring, `t${at}`), (key) => ends.get(key))
    if (decision === 'undecided') throw new Error('upstreams come first')
    ends.set(`t${at}`, decision === 'run' ? endOf(task) : decision)
  })
  return ends
}

class Refused extends Error {
  override readonly name = 'NoSuchKey'
}

async function execute(dag: CompiledDag, drawn: readonly Drawn[]) {
  const called: string[] = []
  let atEnd: StateData | undefined
  const indexOf = (key: string) => Number(key.slice(1))
  const known = new Map<string, StatusEntry>()
  const stepFunctions = createStepFunctions({
    clock: createVirtualClock(0),
    dataDir: null,
    region: 'us-east-1',
    accountId: '000000000000',
    onStatusChange: () => undefined,
    callService: async (_, __, args) => {
      const { Bucket, Key } = args as { Bucket: string; Key: string } // as `dagOf` wrote them
      called.push(Bucket)
      expect(['none', 'k']).toContain(Key)
      if (endOf(drawn[indexOf(Bucket)]!) === 'failed') throw new Refused()
      return { key: 'k' }
    },
    // What the wrapper does, without records: decide, then end as drawn.
    invokeLambda: async (_, payload) => {
      const call = JSON.parse(payload)
      if (call.do === 'arrive') for (const [key, end] of Object.entries(call.st)) known.set(key, end as StatusEntry)
      if (call.do !== undefined && call.do !== 'end') {
        if (call.do === 'finalize') atEnd = call.st
        return { ok: true, payload: '{}' }
      }
      const { entries } = flattenStateData(call.up)
      const decision = decideTurn(taskOf(dag.wiring, call.task), (key) => entries.get(key) ?? known.get(key))
      const end = decision === 'run' ? endOf(drawn[indexOf(call.task)]!) : decision
      known.set(call.task, end as StatusEntry)
      if (call.do === 'end') atEnd = { ...call.up, [call.task]: end }
      if (end === 'failed') return { ok: false, error: 'Error', cause: '' }
      const exposes = dag.wiring.tasks[call.task]?.exposes
      const entry = end === 'success' && exposes ? { s: end, v: { '/key': 'k' } } : end
      return { ok: true, payload: JSON.stringify({ s: entry }) }
    },
  })
  const definition = dag.definitionText.replaceAll(/\$\{(TaskFunction|Finalizer|Table)\}/g, '$1')
  const roleArn = 'arn:aws:iam::000000000000:role/r'
  // Shapes of AWS's answers, which the operations promise.
  const { stateMachineArn } = (await stepFunctions.call('CreateStateMachine', { name: 'd', definition, roleArn })) as {
    stateMachineArn: string
  }
  const input = JSON.stringify({ '^run': { dagId: 'random', runId: 'r' } })
  const { executionArn } = (await stepFunctions.call('StartExecution', { stateMachineArn, input })) as {
    executionArn: string
  }
  await vi.waitUntil(
    async () =>
      ((await stepFunctions.call('DescribeExecution', { executionArn })) as { status: string }).status !== 'RUNNING',
    { interval: 1 },
  )
  stepFunctions.close()
  if (!atEnd) throw new Error('the machine did not reach its end')
  const { statuses } = flattenStateData({ '^run': { dagId: 'random', runId: 'r' }, ...atEnd })
  return { ends: inferStatuses(dag.wiring, { ...Object.fromEntries(known), ...Object.fromEntries(statuses) }), called }
}

describe('a random DAG with service tasks', () => {
  it('ends as the rules say, and makes exactly the calls they allow', async () => {
    let compared = 0
    await fc.assert(
      fc.asyncProperty(fc.array(drawnTask, { minLength: 2, maxLength: 7 }), async (drawn) => {
        const dag = dagOf(drawn)
        fc.pre(dag !== null)
        compared += 1
        const expected = expectedOf(dag, drawn)
        const { ends, called } = await execute(dag, drawn)
        expect({ ...ends }).toEqual(Object.fromEntries(expected))
        const ran = drawn.flatMap(({ isService, rule: _ }, at) => {
          const upstreams = taskOf(dag.wiring, `t${at}`)
          return isService && decideTurn(upstreams, (key) => expected.get(key)) === 'run' ? [`t${at}`] : []
        })
        expect(called.toSorted()).toEqual(ran)
      }),
      { seed: 7, numRuns: 300 },
    )
    expect(compared).toBe(300)
  }, 120_000)
})
