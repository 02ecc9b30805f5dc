/** Distributed Map. Source: AWS, "Using Map state in Distributed mode" and "Setting failure thresholds for Distributed Map states". */
import {
  DescribeMapRunCommand,
  ListExecutionsCommand,
  ListMapRunsCommand,
  StopExecutionCommand,
} from '@aws-sdk/client-sfn'
import { afterEach, describe, expect, it } from 'vitest'
import { expectTree, invoke } from './cases.ts'
import { account, errorNamed, type Harness, startHarness } from './harness.ts'

const open: Harness[] = []
afterEach(async () => {
  for (const harness of open.splice(0)) await harness.close()
})

async function world(options: Parameters<typeof startHarness>[0] = {}): Promise<Harness> {
  const harness = await startHarness(options)
  open.push(harness)
  return harness
}

const map = (fields: object, body: object = { ...invoke('{% $states.input %}'), End: true }) => ({
  QueryLanguage: 'JSONata',
  StartAt: 'M',
  States: {
    M: {
      Type: 'Map',
      Label: 'L',
      Items: '{% $states.input.items %}',
      ItemProcessor: {
        ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
        StartAt: 'B',
        States: { B: body },
      },
      End: true,
      ...fields,
    },
  },
})
const plus = (event: unknown) => Number(event) + 1
const odd = (event: unknown) => {
  if (Number(event) % 2 === 1) throw errorNamed('Odd', String(event))
  return event
}

it('each item is an execution of its own, and the parent has six events for all of them', async () => {
  const harness = await world()
  const body = { Type: 'Pass', Output: '{% $states.context.Execution.Name & ":" & $states.input %}', End: true }
  const finished = await harness.run(map({}, body), { items: ['a', 'b', 'c'] })
  const names = (finished.output as string[]).map((text) => text.split(':')[0])
  expect(new Set(names).size).toBe(3)
  expect((finished.output as string[]).map((text) => text.split(':')[1])).toEqual(['a', 'b', 'c'])
  expect(finished.events.slice(1, -1)).toEqual([
    'MapStateEntered:M',
    'MapStateStarted',
    'MapRunStarted',
    'MapRunSucceeded',
    'MapStateSucceeded',
    'MapStateExited:M',
  ])
  const child = await harness.finish(`arn:aws:states:us-east-1:${account}:execution:machine-0/L:${names[1]}`)
  expect(child).toMatchObject({ status: 'SUCCEEDED', output: `${names[1]}:b` })
  expect(child.events).toEqual(['ExecutionStarted', 'PassStateEntered:B', 'PassStateExited:B', 'ExecutionSucceeded'])
  expectTree(finished)
})

it('an empty Map Run succeeds at once', async () => {
  const harness = await world()
  expect(await harness.run(map({}), { items: [] })).toMatchObject({ status: 'SUCCEEDED', output: [] })
})

it('MaxConcurrency bounds the open children', async () => {
  const seen = { open: 0, most: 0 }
  const work = async (_: unknown, { clock }: Pick<Harness, 'clock'>) => {
    seen.open += 1
    seen.most = Math.max(seen.most, seen.open)
    await new Promise<void>((resolve) => void clock.alarm(clock.now() + 1000, resolve))
    seen.open -= 1
    return 'done'
  }
  const harness = await world({ lambdas: { work } })
  const body = { ...invoke('{% $states.input %}'), Output: 1, End: true }
  const finished = await harness.run(map({ MaxConcurrency: 3 }, body), { items: [...Array(10).keys()] })
  expect(finished).toMatchObject({ status: 'SUCCEEDED', output: Array(10).fill(1) })
  expect(seen).toEqual({ open: 0, most: 3 })
})

it('one failed child is too many without a tolerance, and the others are stopped', async () => {
  const work = (event: unknown, { clock }: Pick<Harness, 'clock'>) =>
    event === 1 ? odd(event) : new Promise((resolve) => void clock.alarm(clock.now() + 60_000, () => resolve(1)))
  const harness = await world({ lambdas: { work } })
  const finished = await harness.run(map({}), { items: [0, 1, 2] })
  expect(finished).toMatchObject({ status: 'FAILED', error: 'States.ExceedToleratedFailureThreshold' })
  expect(finished.events.slice(4)).toEqual(['MapRunFailed', 'MapStateFailed', 'ExecutionFailed'])
  expect(finished.cause).toBe('The specified tolerated failure threshold was exceeded')
  await harness.settle()
  const children = new Set(
    harness.changes.filter(({ stateMachineArn }) => stateMachineArn.endsWith('/L')).map((c) => c.status),
  )
  expect(children).toEqual(new Set(['RUNNING', 'FAILED', 'ABORTED']))
})

it.each([
  [{ ToleratedFailureCount: 2 }, 'SUCCEEDED'],
  [{ ToleratedFailureCount: 1 }, 'FAILED'],
  [{ ToleratedFailurePercentage: 40 }, 'SUCCEEDED'],
  [{ ToleratedFailurePercentage: 39 }, 'FAILED'],
])('%j of five children, two of which fail: %s', async (fields, status) => {
  const harness = await world({ lambdas: { work: odd } })
  expect(await harness.run(map(fields), { items: [0, 1, 2, 3, 4] })).toMatchObject({ status })
})

it('ItemSelector shapes each input and ItemBatcher groups them', async () => {
  const harness = await world()
  const finished = await harness.run(
    map(
      {
        ItemSelector: { v: '{% $states.context.Map.Item.Value %}', i: '{% $states.context.Map.Item.Index %}' },
        ItemBatcher: { MaxItemsPerBatch: 2, BatchInput: { all: '{% $count($states.input.items) %}' } },
      },
      { Type: 'Pass', End: true },
    ),
    { items: ['a', 'b', 'c'] },
  )
  expect(finished.output).toEqual([
    {
      BatchInput: { all: 3 },
      Items: [
        { v: 'a', i: 0 },
        { v: 'b', i: 1 },
      ],
    },
    { BatchInput: { all: 3 }, Items: [{ v: 'c', i: 2 }] },
  ])
})

it('a failed Map Run is caught like any Map', async () => {
  const harness = await world({ lambdas: { work: odd } })
  const definition = map({ Catch: [{ ErrorEquals: ['States.ExceedToleratedFailureThreshold'], Next: 'N' }] })
  const finished = await harness.run(
    { ...definition, States: { ...definition.States, N: { Type: 'Pass', Output: 'caught', End: true } } },
    { items: [1] },
  )
  expect(finished).toMatchObject({ status: 'SUCCEEDED', output: 'caught' })
})

it('stopping the parent stops the Map Run and its children, which are no executions of the parent machine', async () => {
  const harness = await world()
  const machine = await harness.create(map({}, { Type: 'Wait', Seconds: 60, End: true }))
  const parent = await harness.start(machine, { items: [1, 2] })
  await harness.settle()
  await harness.client.send(new StopExecutionCommand({ executionArn: parent }))
  await harness.settle()
  const finished = await harness.finish(parent)
  expect(finished.events.slice(-3)).toEqual(['MapRunAborted', 'MapStateAborted', 'ExecutionAborted'])
  expect(harness.changes.filter(({ status }) => status === 'ABORTED')).toHaveLength(3)
  const listed = await harness.client.send(new ListExecutionsCommand({ stateMachineArn: machine }))
  expect(listed.executions).toHaveLength(1)
})

it('ListMapRuns, DescribeMapRun and ListExecutions tell of a Map Run and its children', async () => {
  const harness = await world({ lambdas: { work: odd } })
  const finished = await harness.run(map({ ToleratedFailureCount: 1, MaxConcurrency: 2 }), { items: [0, 1, 2] })
  const { mapRuns } = await harness.client.send(new ListMapRunsCommand({ executionArn: finished.arn }))
  expect(mapRuns).toMatchObject([{ executionArn: finished.arn }])
  const { mapRunArn } = mapRuns![0]!
  expect(await harness.client.send(new DescribeMapRunCommand({ mapRunArn }))).toMatchObject({
    status: 'SUCCEEDED',
    maxConcurrency: 2,
    toleratedFailureCount: 1,
    itemCounts: { total: 3, succeeded: 2, failed: 1, running: 0, aborted: 0 },
  })
  const listed = await harness.client.send(new ListExecutionsCommand({ mapRunArn, statusFilter: 'FAILED' }))
  expect(listed.executions).toMatchObject([{ mapRunArn, status: 'FAILED' }])
  const gone = new DescribeMapRunCommand({ mapRunArn: mapRunArn!.slice(0, -1).concat('x') })
  await expect(harness.client.send(gone)).rejects.toMatchObject({ name: 'ResourceNotFound' })
})

const reader = (InputType: string, more: object = {}) => ({
  Items: undefined,
  ItemReader: {
    Resource: 'arn:aws:states:::s3:getObject',
    ReaderConfig: { InputType, ...more },
    Arguments: { Bucket: 'b', Key: '{% $states.input.key %}' },
  },
})

describe('ItemReader', () => {
  const pass = { Type: 'Pass', End: true }
  const read = async (text: string, fields: object) => {
    const harness = await world({ service: (_service, action) => (action === 'getObject' ? { Body: text } : {}) })
    const finished = await harness.run(map(fields, pass), { key: 'k' })
    expect(harness.calls[0]).toEqual({ target: 's3:getObject', event: { Bucket: 'b', Key: 'k' } })
    return finished
  }

  it.each([
    ['a JSON array', '[1, {"a": 2}]', reader('JSON'), [1, { a: 2 }]],
    ['JSON lines', '{"a":1}\n\n{"a":2}\n', reader('JSONL'), [{ a: 1 }, { a: 2 }]],
    [
      'CSV with a header',
      'a,b\r\n1,"x, ""y"""\r\n2\r\n',
      reader('CSV'),
      [
        { a: '1', b: 'x, "y"' },
        { a: '2', b: '' },
      ],
    ],
    [
      'CSV with given headers',
      '1|2\n3|4',
      reader('CSV', { CSVHeaderLocation: 'GIVEN', CSVHeaders: ['a', 'b'], CSVDelimiter: 'PIPE' }),
      [
        { a: '1', b: '2' },
        { a: '3', b: '4' },
      ],
    ],
    ['at most MaxItems', '[1,2,3]', reader('JSON', { MaxItems: 2 }), [1, 2]],
    [
      'batches',
      '[1,2,3]',
      { ...reader('JSON'), ItemBatcher: { MaxItemsPerBatch: 2 } },
      [{ Items: [1, 2] }, { Items: [3] }],
    ],
  ])('reads %s', async (_what, text, fields, output) => {
    expect(await read(text, fields)).toMatchObject({ status: 'SUCCEEDED', output })
  })

  it.each([
    ['an object that is no array', '{"a": 1}', 'Attempting to map over non-iterable node.'],
    ['an object that is no JSON', 'oops', /JSON/],
  ])('fails with States.ItemReaderFailed for %s', async (_what, text, cause) => {
    const finished = await read(text, reader('JSON'))
    expect(finished).toMatchObject({ status: 'FAILED', error: 'States.ItemReaderFailed' })
    expect(finished.cause).toMatch(cause)
    expect(finished.events.slice(1)).toEqual([
      'MapStateEntered:M',
      'MapStateStarted',
      'MapRunStarted',
      'MapRunFailed',
      'MapStateFailed',
      'ExecutionFailed',
    ])
  })

  it('fails with States.ItemReaderFailed when there is no object', async () => {
    const harness = await world({
      service: () => {
        throw errorNamed('NoSuchKey', 'The specified key does not exist.')
      },
    })
    const finished = await harness.run(map(reader('JSON'), pass), { key: 'k' })
    expect(finished).toMatchObject({ error: 'States.ItemReaderFailed' })
    expect(finished.cause).toMatch(/The specified key does not exist/)
  })
})

it('a thousand children run', async () => {
  const harness = await world({ lambdas: { work: plus } })
  const body = { ...invoke('{% $states.input %}'), Output: '{% $states.result.Payload %}', End: true }
  const items = [...Array(1000).keys()]
  expect((await harness.run(map({}, body), { items })).output).toEqual(items.map((item) => item + 1))
})
