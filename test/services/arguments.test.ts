/** What authors write in arguments of service calls arrives at AWS as they meant it. */
import { describe, expect, it } from 'vitest'
import type { ServiceDefinition } from '../../dag-compiler/1-define/dag-definition.ts'
import { argumentTemplate } from '../../dag-compiler/4-asl/service/arguments.ts'
import { withResult } from '../../dag-compiler/4-asl/service/result.ts'
import type { Operator, TaskRef } from '../../dag-compiler/define.ts'
import {
  all,
  athenaQuery,
  Dag,
  dynamodb,
  findDags,
  out,
  readDag,
  run,
  snsPublish,
  taskToken,
  tpl,
} from '../../dag-compiler/define.ts'
import { compile } from '../../dag-compiler/index.ts'
import { sha256 } from '../compiler/support/definitions.ts'
import { evaluateTemplate, evaluateText } from './support/evaluate.ts'

interface Made {
  readonly table: { readonly name: string }
  readonly rows: number
  readonly keys: string[]
}

function define(body: (made: TaskRef<Made>) => Operator): {
  readonly service: ServiceDefinition
  readonly mistakes: readonly unknown[]
} {
  const dag = new Dag('lake')
  const made = dag.task('made', async (): Promise<Made> => ({ table: { name: 't' }, rows: 3, keys: ['k'] }))()
  dag.task('query', body(made))()
  const { definition } = readDag(dag)
  const options = definition.tasks.find(({ taskId }) => taskId === 'query')?.options
  if (options?.kind !== 'service') throw new Error('query is no service task')
  return { service: options, mistakes: definition.mistakes }
}

const names = {
  dagId: 'lake',
  taskId: 'query',
  run: '$states.input.run',
  entryOf: (taskId: string) => `$states.input.${taskId}`,
}
const data = {
  made: { s: 'success', v: { '/table/name': 'sales', '/rows': 3, '/keys/0': 'a/b', '': { rows: 3 }, '/none': null } },
  run: {
    dagId: 'lake',
    runId: 'r1',
    v: { '/logical_date': '2026-03-29T01:30:00.000Z', '/params/region': 'eu', '/conf/day': 7 },
  },
}
const called = async (body: (made: TaskRef<Made>) => Operator, input: object = data) =>
  evaluateTemplate(argumentTemplate(define(body).service.args, names), { input, context: { Task: { Token: 'token' } } })

describe('arguments of a service call', () => {
  it('keep literals as they are, whatever they look like', async () => {
    const literal = { QueryString: "{% it's %}", a: ['${Table}', 'a\nb', 1, null, true, {}], b: { c: 'x${Finalizer}' } }
    expect(await called(() => athenaQuery({ args: literal }))).toEqual(literal)
    const template = JSON.stringify(argumentTemplate({ value: literal }, names))
    expect(template).not.toContain('${Table}')
    expect(template).not.toContain('${Finalizer}')
  })

  it('take the return value of an upstream, or a value inside it, with its type', async () => {
    const args = await called((made) =>
      athenaQuery({
        args: { QueryString: out(made).table.name, n: out(made).rows, all: made, k: [out(made).keys[0]!] },
      }),
    )
    expect(args).toEqual({ QueryString: 'sales', n: 3, all: { rows: 3 }, k: ['a/b'] })
  })

  it('fill the holes of a template literal', async () => {
    const args = await called((made) =>
      athenaQuery({
        args: { QueryString: `it's ${out(made).table.name}: ${out(made).rows} of ${run.params.region} at ${run.ds}` },
      }),
    )
    expect(args).toEqual({ QueryString: "it's sales: 3 of eu at 2026-03-29" })
  })

  it('stay a text when a template literal is nothing but a number', async () => {
    expect(await called((made) => athenaQuery({ args: { QueryString: `${out(made).rows}` } }))).toEqual({
      QueryString: '3',
    })
  })

  it('spell the run as Airflow does', async () => {
    const { ds, dsNodash, ts, tsNodash, runId, dagId, taskId, logicalDate } = run
    const args = await called(() =>
      athenaQuery({ args: { QueryString: '', v: [ds, dsNodash, ts, tsNodash, runId, dagId, taskId, logicalDate] } }),
    )
    const spelled = [
      '2026-03-29',
      '20260329',
      '2026-03-29T01:30:00+00:00',
      '20260329T013000',
      'r1',
      'lake',
      'query',
      '2026-03-29T01:30:00.000Z',
    ]
    expect(args).toEqual({ QueryString: '', v: spelled })
  })

  it('take names in double braces, beside values of tasks', async () => {
    const args = await called((made) =>
      snsPublish({
        args: { Message: tpl`{{ ds }} {{dag_run.conf.day}} {{ params.region }} {{ dag.dag_id }} ${out(made).rows}!` },
      }),
    )
    expect(args).toEqual({ Message: '2026-03-29 7 eu lake 3!' })
  })

  it('hand over the task token', async () => {
    const args = await called(() =>
      snsPublish({ pattern: 'wait_for_task_token', args: { Message: { token: taskToken } } }),
    )
    expect(args).toEqual({ Message: { token: 'token' } })
  })

  it('fail and say why when the run or the upstream has no such value', async () => {
    const without = { made: 'skipped', run: { runId: 'r1', v: {} } }
    await expect(called(() => snsPublish({ args: { Message: `${run.ds}` } }), without)).rejects.toMatchObject({
      message: expect.stringContaining('no logical_date'),
    })
    await expect(called((made) => snsPublish({ args: { Message: out(made).rows } }), without)).rejects.toMatchObject({
      message: expect.stringContaining('task "made"'),
    })
  })

  it('draw an edge from every task whose value they take', () => {
    const { service } = define((made) =>
      dynamodb({ action: 'putItem', args: { TableName: 'x', Item: { a: { S: `${out(made).table.name}` } } } }),
    )
    expect(service.resource).toBe('dynamodb:putItem')
    expect(JSON.stringify(service.args)).toContain('"ref":"made"')
  })

  it('report values of another DAG, and what is neither JSON nor a value', () => {
    const other = new Dag('other').task('far', async () => 1)()
    const { mistakes } = define(() => snsPublish({ args: { Message: [`${out(other)}`, other, all([other])] } }))
    expect(mistakes).toMatchObject([{ kind: 'unknown-upstream' }, { kind: 'unknown-upstream' }, { kind: 'not-json' }])
  })

  it('refuse to be made into JSON before they have a value', () => {
    const ref = new Dag('other').task('far', async () => ({ a: 1 }))()
    expect(() => JSON.stringify({ a: out(ref) })).toThrow('exists only while a run runs')
  })

  it('leave nothing behind that findDags would take for a DAG', () => {
    expect(findDags({ run, taskToken })).toEqual([])
  })
})

describe('a heartbeat', () => {
  const problemsWith = (options: object, executionTimeout?: number) => {
    const dag = new Dag('review')
    const ask = snsPublish({ args: { Message: 'x' }, ...options })
    dag.task('ask', ask, executionTimeout === undefined ? {} : { executionTimeout })()
    return compile(readDag(dag).definition, { sha256 }).problems.map(({ what }) => what)
  }
  const waiting = { pattern: 'wait_for_task_token', args: { Message: { token: taskToken } }, heartbeat: 60 }

  it('must come sooner than the end of the try, and from whoever holds the token', () => {
    expect(problemsWith(waiting)).toEqual([])
    expect(problemsWith(waiting, 61)).toEqual([])
    expect(problemsWith(waiting, 60)).toEqual(['heartbeat is 60'])
    expect(problemsWith({ heartbeat: 60 })).toEqual(['heartbeat is 60'])
  })
})

it('types of arguments and values are checked when a DAG file compiles', () => {
  const dag = new Dag('typed')
  const made = dag.task('made', async (): Promise<Made> => ({ table: { name: 't' }, rows: 3, keys: [] }))()
  // @ts-expect-error: the task returns no such value.
  expect(() => out(made).tabel.name).not.toThrow()
  // @ts-expect-error: a query needs its text.
  expect(() => athenaQuery({ args: { WorkGroup: 'etl' } })).not.toThrow()
  // @ts-expect-error: Athena has no tokens.
  expect(() => athenaQuery({ args: { QueryString: 'x' }, pattern: 'wait_for_task_token' })).not.toThrow()
})

describe('the result of a service call', () => {
  const service = (resource: string, pattern: ServiceDefinition['pattern']): ServiceDefinition => ({
    kind: 'service',
    name: 'x',
    resource,
    pattern,
    args: { value: {} },
    heartbeat: null,
    isIdempotent: false,
  })
  const stored = (
    resource: string,
    pattern: ServiceDefinition['pattern'],
    result: unknown,
    paths: (string | number)[][],
  ) => {
    const context = { State: { EnteredTime: entered } }
    return evaluateText(withResult('x', service(resource, pattern), paths), {
      input: { a: 'success' },
      result,
      context,
    })
  }
  const entered = '2026-03-01T06:00:00.000Z'
  const t = [entered, expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/)]

  it('is a status and its times where nobody reads it', async () => {
    expect(await stored('sns:publish', 'request_response', {}, [])).toEqual({
      a: 'success',
      x: { s: 'success', t },
    })
  })

  it('is what others read of it', async () => {
    const result = { QueryExecution: { Id: 'q', Parts: [{ n: 0 }, { n: null }] } }
    const paths = [['QueryExecution', 'Id'], ['QueryExecution', 'Parts', 1, 'n'], []]
    const v = { '/QueryExecution/Id': 'q', '/QueryExecution/Parts/1/n': null, '': result }
    expect(await stored('athena:startQueryExecution', 'sync', result, paths)).toEqual({
      a: 'success',
      x: { s: 'success', v, t },
    })
  })

  it.each([['{"n":[1]}'], [{ n: [1] }]])(
    'of a state machine is its output, as text or as an object',
    async (Output) => {
      expect(await stored('states:startExecution', 'sync', { Output }, [['n']])).toMatchObject({
        x: { v: { '/n': [1] } },
      })
    },
  )

  it('of a Lambda function is its payload', async () => {
    expect(await stored('lambda:invoke', 'request_response', { Payload: { n: 1 } }, [['n']])).toMatchObject({
      x: { v: { '/n': 1 } },
    })
  })

  it('fails the task when it lacks what others read, or has too much of it', async () => {
    await expect(stored('sns:publish', 'request_response', {}, [['n']])).rejects.toMatchObject({
      message: expect.stringContaining('nothing at /n'),
    })
    const large = { n: 'x'.repeat(5000) }
    await expect(stored('sns:publish', 'request_response', large, [['n']])).rejects.toMatchObject({
      message: expect.stringContaining('4096'),
    })
  })
})
