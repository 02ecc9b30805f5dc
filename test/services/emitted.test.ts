/** Machines with service tasks, whole: statically valid, and on the engine they go where guard, load and result say. */
import { describe, expect, it, vi } from 'vitest'
import {
  athenaQuery,
  Dag,
  dynamodb,
  glueJob,
  out,
  readDag,
  run,
  s3,
  snsPublish,
  sqsSend,
  taskToken,
} from '../../dag-compiler/define.ts'
import { type CompiledDag, compile } from '../../dag-compiler/index.ts'
import { createVirtualClock } from '../../local/clock.ts'
import { createStepFunctions } from '../../local/step-functions/index.ts'
import { sha256 } from '../compiler/support/definitions.ts'
import { aslFaults, textFaults } from '../compiler/support/statically-valid.ts'

function compiledDag(dag: Dag): CompiledDag {
  const { dag: compiled, problems } = compile(readDag(dag).definition, { sha256 })
  if (!compiled) throw new Error(problems.map(({ what }) => what).join('\n'))
  return compiled
}

const topic = { TopicArn: 'arn:aws:sns:eu-central-1:123456789012:done' }
const shapes: Readonly<Record<string, () => Dag>> = {
  'a service task that gates wait for': () => {
    const dag = new Dag('linked')
    const a = dag.task('a', glueJob({ args: { JobName: 'a' } }), { retries: 2 })()
    const b = dag.task('b', s3({ action: 'listObjectsV2', args: { Bucket: 'lake' } }))()
    dag.empty('c').after(a)
    dag
      .task('d', snsPublish({ args: { ...topic, Message: out(a) } }))()
      .after(a, b)
    return dag
  },
  'service tasks in a DAG that fails fast, with a branch': () => {
    const dag = new Dag('fast', { failFast: true })
    const choice = dag.task('choice', async () => true)()
    const x = dag.task('x', snsPublish({ args: { ...topic, Message: 'x' } }))()
    dag
      .if(choice)
      .then(x)
      .else(dag.task('y', snsPublish({ args: { ...topic, Message: 'y' } }))())
    return dag
  },
  'a service task that may end early, and a teardown': () => {
    const dag = new Dag('early')
    const [a, b] = [dag.task('a', async () => 1)(), dag.task('b', async () => 2)()]
    const tell = snsPublish({ args: { ...topic, Message: 'one failed' } })
    dag.task('tell', tell, { triggerRule: 'one_failed' })().after(a, b)
    const made = dag.task('make', dynamodb({ action: 'putItem', args: { TableName: 'locks', Item: {} } }))()
    const drop = dag.task('drop', dynamodb({ action: 'deleteItem', args: { TableName: 'locks', Key: {} } }))()
    drop.after(a).asTeardown({ setups: made })
    made.before(a)
    return dag
  },
  'a token wait in a DAG that drains, with a policy': () => {
    const dag = new Dag('drained', { onFailure: 'drain' })
    const args = {
      QueueUrl: 'https://sqs.eu-central-1.amazonaws.com/123456789012/q',
      MessageBody: { token: taskToken, day: run.ds },
    }
    const retryPolicy = [{ error: 'NothingToDo', action: 'skip' as const }]
    dag.task('wait', sqsSend({ pattern: 'wait_for_task_token', heartbeat: 60, args }), { retries: 1, retryPolicy })()
    return dag
  },
  'service tasks in a mapped group': () => {
    const dag = new Dag('mapped')
    const days = dag.task('days', async () => ['a', 'b'])()
    const group = dag.taskGroup('each')
    const name = group.task('name', async () => ({ table: 't' }))()
    const query = group.task(
      'query',
      athenaQuery({ args: { QueryString: `select ${out(name).table} of ${run.params.region}` } }),
    )()
    group.expand({ day: days })
    dag
      .task('tell', snsPublish({ args: { ...topic, Message: 'ended' } }), { triggerRule: 'all_done' })()
      .after(query)
    return dag
  },
}

describe('a machine with service tasks', () => {
  it.each(Object.keys(shapes))('is valid: %s', (name) => {
    const { definitionText } = compiledDag(shapes[name]!())
    expect(textFaults(definitionText)).toEqual([])
    expect(aslFaults(definitionText)).toEqual([])
  })

  it('reads the run from the input of whatever execution it is in', () => {
    const dag = new Dag('wide', { maxMapLength: 5000 })
    const days = dag.task('days', async () => ['a'])()
    const group = dag.taskGroup('each')
    group.task('query', athenaQuery({ args: { QueryString: `select ${run.ds}` } }), { maxActiveTisPerDagrun: 200 })()
    group.expand({ day: days })
    const { definitionText } = compiledDag(dag)
    expect(definitionText).toContain('"Mode":"DISTRIBUTED"')
    expect(definitionText).toContain(`"^run":"{% $states.context.Execution.Input.'^run' %}"`)
  })

  it('tells the finalizer of success and of failure where a gate waits', () => {
    const text = compiledDag(shapes['a service task that gates wait for']!()).definitionText
    expect(text).toContain('"arrive:a:failed":')
    expect(text).toContain('"arrive:a":')
    expect(
      compiledDag(shapes['service tasks in a DAG that fails fast, with a branch']!()).definitionText,
    ).not.toContain('"Catch"')
  })
})

/** The states that lead on from `begin`, as a machine of their own. */
function machineFrom(dag: CompiledDag, begin: string): { readonly text: string; readonly names: readonly string[] } {
  const all = statesIn(dag.definition)
  const names: string[] = []
  const visit = (name: string): void => {
    if (names.includes(name)) return
    names.push(name)
    const nexts = [...JSON.stringify(all.get(name)).matchAll(/"(?:Next|Default)":"([^"]+)"/g)].map(([, next]) => next!)
    nexts.forEach(visit)
  }
  visit(begin)
  const States = Object.fromEntries(names.map((name) => [name, all.get(name)]))
  return {
    text: JSON.stringify({ QueryLanguage: 'JSONata', StartAt: begin, States }).replaceAll('${Table}', 'runs'),
    names,
  }
}

function statesIn(value: unknown, found = new Map<string, unknown>()): ReadonlyMap<string, unknown> {
  if (typeof value !== 'object' || value === null) return found
  if ('States' in value) for (const [name, state] of Object.entries(value.States as object)) found.set(name, state)
  for (const inner of Object.values(value)) statesIn(inner, found)
  return found
}

describe('on the engine', () => {
  async function execute(text: string, input: object, record: object) {
    const calls: object[] = []
    const stepFunctions = createStepFunctions({
      clock: createVirtualClock(0),
      dataDir: null,
      region: 'us-east-1',
      accountId: '000000000000',
      invokeLambda: async () => ({ ok: true, payload: '{}' }),
      callService: async (service, action, args) => {
        calls.push({ call: `${service}:${action}`, args })
        return action === 'getItem' ? { Item: { record: { S: JSON.stringify(record) } } } : { ETag: 'e' }
      },
      onStatusChange: () => undefined,
    })
    const roleArn = 'arn:aws:iam::000000000000:role/r'
    // Shapes of AWS's answers, which the operations promise.
    const made = (await stepFunctions.call('CreateStateMachine', { name: 'd', definition: text, roleArn })) as {
      stateMachineArn: string
    }
    const start = { stateMachineArn: made.stateMachineArn, input: JSON.stringify(input) }
    const { executionArn } = (await stepFunctions.call('StartExecution', start)) as { executionArn: string }
    await vi.waitUntil(async () => (await statusOf(executionArn)).status !== 'RUNNING')
    const { status, output } = await statusOf(executionArn)
    stepFunctions.close()
    return { status, output: JSON.parse(output ?? 'null'), calls }

    async function statusOf(arn: string) {
      return (await stepFunctions.call('DescribeExecution', { executionArn: arn })) as {
        status: string
        output?: string
      }
    }
  }

  function copies() {
    const dag = new Dag('copies')
    const a = dag.task('a', async () => ({ key: 'a.csv' }))()
    const b = dag.task('b', async () => ({ key: 'b.csv' }))()
    dag.empty('c').after(a)
    const args = { Bucket: 'lake', Key: `${run.ds}/${out(a).key}`, CopySource: `landing/${out(b).key}` }
    dag.task('d', s3({ action: 'copyObject', args }))()
    const machine = machineFrom(compiledDag(dag), 'load:d')
    const loaded = machine.text.includes('TASK#a#-1') ? 'a' : 'b'
    return { ...machine, loaded, seen: loaded === 'a' ? 'b' : 'a' }
  }
  const values = (task: string) => ({ s: 'success', v: { '/key': `${task}.csv` } })
  const started = { '^run': { dagId: 'copies', runId: 'r', v: { '/logical_date': '2026-03-29T00:00:00.000Z' } } }

  it('a load brings what the state data lacks, and the call has its arguments', async () => {
    const { text, names, loaded, seen } = copies()
    expect(names).toEqual(expect.arrayContaining(['load:d', 'guard:d', 'd']))
    const { status, output, calls } = await execute(
      text,
      { ...started, [seen]: values(seen) },
      { state: 'success', entry: values(loaded) },
    )
    expect(status).toBe('SUCCEEDED')
    expect(output).toMatchObject({ d: { s: 'success' } })
    const Key = { pk: { S: 'RUN#copies#r' }, sk: { S: `TASK#${loaded}#-1` } }
    expect(calls).toEqual([
      { call: 'dynamodb:getItem', args: { TableName: 'runs', Key, ConsistentRead: true } },
      { call: 's3:copyObject', args: { Bucket: 'lake', Key: '2026-03-29/a.csv', CopySource: 'landing/b.csv' } },
    ])
  })

  it.each([
    ['failed', 'upstream_failed'],
    ['upstream_failed', 'upstream_failed'],
    ['skipped', 'skipped'],
  ])('a guard keeps the call from being made behind an upstream that is %s', async (state, expected) => {
    const { text, seen } = copies()
    const { output, calls } = await execute(text, { ...started, [seen]: values(seen) }, { state })
    expect(output).toMatchObject({ d: expected })
    expect(calls).toHaveLength(1)
  })

  it('a value that is missing fails the task, not the run', async () => {
    const { text, seen } = copies()
    const { status, output, calls } = await execute(text, { ...started, [seen]: values(seen) }, { state: 'success' })
    expect(status).toBe('SUCCEEDED')
    expect(output).toMatchObject({ d: { s: 'failed' } })
    expect(calls).toHaveLength(1)
  })
})
