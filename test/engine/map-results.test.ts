/** What goes into a Map Run from S3 and what it writes there. Source: AWS, "ItemReader", "ItemBatcher" and "ResultWriter (Map)". */
import { DescribeExecutionCommand, DescribeMapRunCommand, RedriveExecutionCommand } from '@aws-sdk/client-sfn'
import { afterEach, describe, expect, it } from 'vitest'
import { expectTree, invoke } from './cases.ts'
import {
  errorNamed,
  type FakeService,
  type Finished,
  type Harness,
  type HarnessOptions,
  startHarness,
} from './harness.ts'

const open: Harness[] = []
afterEach(async () => {
  for (const harness of open.splice(0)) await harness.close()
})

async function world(options: HarnessOptions = {}): Promise<Harness> {
  const harness = await startHarness(options)
  open.push(harness)
  return harness
}

const map = (
  fields: object,
  body: object = { Type: 'Pass', End: true },
  machine: object = { QueryLanguage: 'JSONata' },
) => ({
  StartAt: 'M',
  States: {
    M: {
      Type: 'Map',
      Label: 'L',
      ItemProcessor: {
        ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
        StartAt: 'B',
        States: { B: body },
      },
      End: true,
      ...fields,
    },
  },
  ...machine,
})
const jsonPath = {}
const toBucket = { Resource: 'arn:aws:states:::s3:putObject', Arguments: { Bucket: 'out', Prefix: 'runs/' } }
const odd = (event: unknown) => {
  if (Number(event) % 2 === 1) throw errorNamed('Odd', String(event))
  return event
}
const work = { ...invoke('{% $states.input %}'), Output: '{% $states.result.Payload %}', End: true }

/** S3 as a map from key to text. */
function bucket(): { readonly objects: Map<string, string>; readonly service: FakeService } {
  const objects = new Map<string, string>()
  const service: FakeService = (_service, action, args) => {
    const { Bucket, Key, Body } = args as { Bucket: string; Key: string; Body: string }
    expect({ action, Bucket }).toEqual({ action: 'putObject', Bucket: 'out' })
    objects.set(Key, Body)
  }
  return { objects, service }
}

const runId = ({ history }: Finished) =>
  history
    .find(({ type }) => type === 'MapRunStarted')!
    .mapRunStartedEventDetails!.mapRunArn!.split(':')
    .at(-1)!

describe('ResultWriter', () => {
  it('writes results by status and a manifest, and the state answers where', async () => {
    const { objects, service } = bucket()
    const harness = await world({ service, lambdas: { work: odd } })
    const finished = await harness.run(map({ ResultWriter: toBucket, ToleratedFailureCount: 1 }, work), [0, 1, 2])
    const folder = `runs/${runId(finished)}`
    const manifest = JSON.parse(objects.get(`${folder}/manifest.json`)!)
    expect(finished).toMatchObject({
      status: 'SUCCEEDED',
      output: { MapRunArn: manifest.MapRunArn, ResultWriterDetails: { Bucket: 'out', Key: `${folder}/manifest.json` } },
    })
    const size = (name: string) => ({ Key: `${folder}/${name}`, Size: objects.get(`${folder}/${name}`)!.length })
    expect(manifest).toMatchObject({
      DestinationBucket: 'out',
      ResultFiles: { SUCCEEDED: [size('SUCCEEDED_0.json')], FAILED: [size('FAILED_0.json')], PENDING: [] },
    })
    expect(JSON.parse(objects.get(`${folder}/SUCCEEDED_0.json`)!)).toMatchObject([
      { Input: '0', Output: '0', Status: 'SUCCEEDED', StartDate: '2026-01-05T10:00:00.000Z' },
      { Input: '2', Output: '2', Status: 'SUCCEEDED' },
    ])
    expect(JSON.parse(objects.get(`${folder}/FAILED_0.json`)!)).toMatchObject([
      { Input: '1', Status: 'FAILED', Error: 'Odd', Name: expect.stringMatching(/./) },
    ])
    expect(finished.events.slice(1)).toEqual([
      'MapStateEntered:M',
      'MapStateStarted',
      'MapRunStarted',
      'MapRunSucceeded',
      'MapStateSucceeded',
      'MapStateExited:M',
      'ExecutionSucceeded',
    ])
  })

  it('writes what there is when too many children have failed, with the unstarted ones as pending', async () => {
    const { objects, service } = bucket()
    const harness = await world({ service, lambdas: { work: odd } })
    const finished = await harness.run(map({ ResultWriter: toBucket, MaxConcurrency: 1 }, work), [0, 1, 2])
    expect(finished).toMatchObject({ status: 'FAILED', error: 'States.ExceedToleratedFailureThreshold' })
    const names = [...objects.keys()].map((key) => key.split('/').at(-1))
    expect(names).toEqual(['SUCCEEDED_0.json', 'FAILED_0.json', 'PENDING_0.json', 'manifest.json'])
    expect(JSON.parse(objects.get(`runs/${runId(finished)}/PENDING_0.json`)!)).toEqual([
      { Input: '2', Status: 'PENDING' },
    ])
  })

  it.each([
    ['COMPACT', 'JSON', 'SUCCEEDED_0.json', '[[1,2],3]'],
    ['FLATTEN', 'JSON', 'SUCCEEDED_0.json', '[1,2,3]'],
    ['FLATTEN', 'JSONL', 'SUCCEEDED_0.jsonl', '1\n2\n3\n'],
  ])('transforms with %s to %s', async (Transformation, OutputType, name, text) => {
    const { objects, service } = bucket()
    const harness = await world({ service })
    const writer = { ...toBucket, WriterConfig: { Transformation, OutputType } }
    const finished = await harness.run(map({ ResultWriter: writer }), [[1, 2], 3])
    expect(objects.get(`runs/${runId(finished)}/${name}`)).toBe(text)
  })

  it('without a bucket transforms the result of the state', async () => {
    const harness = await world()
    const flat = { WriterConfig: { Transformation: 'FLATTEN', OutputType: 'JSON' } }
    expect((await harness.run(map({ ResultWriter: flat }), [[1, 2], 3])).output).toEqual([1, 2, 3])
    const whole = { WriterConfig: { Transformation: 'NONE', OutputType: 'JSON' } }
    expect((await harness.run(map({ ResultWriter: whole }), [7])).output).toMatchObject([
      { Output: '7', Status: 'SUCCEEDED' },
    ])
  })

  it('that cannot write fails the state with States.ResultWriterFailed', async () => {
    const service = () => {
      throw errorNamed('NoSuchBucket', 'The specified bucket does not exist')
    }
    const harness = await world({ service })
    const finished = await harness.run(map({ ResultWriter: toBucket }), [1])
    expect(finished).toMatchObject({ status: 'FAILED', error: 'States.ResultWriterFailed' })
    expect(finished.cause).toMatch(/The specified bucket does not exist/)
    expect(finished.events.slice(4)).toEqual(['MapRunFailed', 'MapStateFailed', 'ExecutionFailed'])
  })

  it('takes its place from paths in a JSONPath state', async () => {
    const { objects, service } = bucket()
    const harness = await world({ service })
    const writer = { Resource: toBucket.Resource, Parameters: { 'Bucket.$': '$.to', Prefix: 'p' } }
    const definition = map({ ItemsPath: '$.items', ResultWriter: writer }, undefined, jsonPath)
    const finished = await harness.run(definition, { to: 'out', items: [1] })
    expect([...objects.keys()].at(-1)).toBe(`p/${runId(finished)}/manifest.json`)
  })
})

describe('ItemReader', () => {
  it('lists objects page by page, up to MaxItems', async () => {
    const page = (names: string[], token?: string) => ({
      Contents: names.map((Key) => ({ Key, Size: 1, ETag: '"e"', LastModified: '2026-01-05T10:00:00.000Z' })),
      ...(token === undefined ? {} : { NextContinuationToken: token }),
    })
    const service: FakeService = (_service, _action, args) =>
      'ContinuationToken' in (args as object) ? page(['c', 'd']) : page(['a', 'b'], 'more')
    const harness = await world({ service })
    const reader = {
      Resource: 'arn:aws:states:::s3:listObjectsV2',
      ReaderConfig: { MaxItems: 3 },
      Arguments: { Bucket: 'b', Prefix: '{% $states.input.p %}' },
    }
    const finished = await harness.run(map({ ItemReader: reader }), { p: 'x/' })
    expect(harness.calls.map(({ event }) => event)).toEqual([
      { Bucket: 'b', Prefix: 'x/' },
      { Bucket: 'b', Prefix: 'x/', ContinuationToken: 'more' },
    ])
    const common = {
      Etag: '"e"',
      LastModified: Date.parse('2026-01-05T10:00:00Z') / 1000,
      Size: 1,
      StorageClass: 'STANDARD',
    }
    expect(finished.output).toEqual(['a', 'b', 'c'].map((Key) => ({ ...common, Key })))
  })

  it('follows ItemsPointer into an object, and takes MaxItems from a path', async () => {
    const harness = await world({ service: () => ({ Body: '{"a":{"b/c":[1,2,3]}}' }) })
    const reader = {
      Resource: 'arn:aws:states:::s3:getObject',
      ReaderConfig: { InputType: 'JSON', ItemsPointer: '/a/b~1c', MaxItemsPath: '$.most' },
      Parameters: { Bucket: 'b', 'Key.$': '$.key' },
    }
    const finished = await harness.run(map({ ItemReader: reader }, undefined, jsonPath), { key: 'k', most: 2 })
    expect(finished.output).toEqual([1, 2])
    expect(harness.calls[0]?.event).toEqual({ Bucket: 'b', Key: 'k' })
  })
})

describe('ItemBatcher', () => {
  const sizes = (output: unknown) => (output as { Items: unknown[] }[]).map(({ Items }) => Items.length)
  it('closes a batch before it has too many bytes', async () => {
    const harness = await world()
    const items = ['aaaa', 'bbbb', 'cccc', 'x'.repeat(80)] // 6 bytes each and a long one
    const finished = await harness.run(map({ ItemBatcher: { MaxInputBytesPerBatch: 12 + 13 } }), items)
    expect(sizes(finished.output)).toEqual([2, 1, 1])
    const children = (finished.output as unknown[]).map((input) => JSON.stringify(input).length)
    expect(children.slice(0, 2).every((bytes) => bytes <= 25)).toBe(true)
  })
  it('takes its numbers from paths and expressions', async () => {
    const harness = await world()
    const byPath = map({ ItemsPath: '$.items', ItemBatcher: { MaxItemsPerBatchPath: '$.n' } }, undefined, jsonPath)
    expect(sizes((await harness.run(byPath, { n: 2, items: [1, 2, 3] })).output)).toEqual([2, 1])
    const evaluated = map({ Items: [1, 2, 3], ItemBatcher: { MaxItemsPerBatch: '{% $states.input.n %}' } })
    expect(sizes((await harness.run(evaluated, { n: 2 })).output)).toEqual([2, 1])
    expect(await harness.run(evaluated, { n: 'two' })).toMatchObject({ error: 'States.QueryEvaluationError' })
  })
})

it('EXPRESS children end after five minutes, whatever they do', async () => {
  const harness = await world()
  const ItemProcessor = {
    ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'EXPRESS' },
    StartAt: 'W',
    States: { W: { Type: 'Wait', Seconds: '{% $states.input %}', End: true } },
  }
  const finished = await harness.run(map({ ItemProcessor, ToleratedFailureCount: 1 }), [299, 301])
  expect(finished).toMatchObject({ status: 'SUCCEEDED', output: [299, { Error: 'States.Timeout' }] })
  expect(harness.clock.now() - finished.history[0]!.timestamp!.getTime()).toBe(300_000)
})

describe('a redrive', () => {
  it('repeats only the children that had not succeeded, under their names', async () => {
    const calls: unknown[] = []
    const broken = { is: true }
    const lambdas = {
      work: (event: unknown) => {
        calls.push(event)
        return broken.is ? odd(event) : event
      },
    }
    const harness = await world({ lambdas })
    const first = await harness.run(map({ MaxConcurrency: 1 }, work), [0, 2, 3, 4])
    expect(first).toMatchObject({ status: 'FAILED', error: 'States.ExceedToleratedFailureThreshold' })
    broken.is = false
    await harness.client.send(new RedriveExecutionCommand({ executionArn: first.arn }))
    const second = await harness.finish(first.arn)
    expect(second).toMatchObject({ status: 'SUCCEEDED', output: [0, 2, 3, 4] })
    expect(calls).toEqual([0, 2, 3, 3, 4])
    expect(second.events.slice(first.events.length)).toEqual([
      'ExecutionRedriven',
      'MapRunRedriven',
      'MapRunSucceeded',
      'MapStateSucceeded',
      'MapStateExited:M',
      'ExecutionSucceeded',
    ])
    expect(second.history.find(({ type }) => type === 'MapRunRedriven')?.mapRunRedrivenEventDetails).toMatchObject({
      redriveCount: 1,
    })
    const third = harness.changes.filter(({ input, status }) => input === '3' && status === 'SUCCEEDED')
    const child = await harness.client.send(new DescribeExecutionCommand({ executionArn: third[0]!.executionArn }))
    expect(child).toMatchObject({ redriveCount: 1, status: 'SUCCEEDED' })
    const { mapRunArn } = second.history.find(({ type }) => type === 'MapRunStarted')!.mapRunStartedEventDetails!
    const described = await harness.client.send(new DescribeMapRunCommand({ mapRunArn }))
    expect(described).toMatchObject({ status: 'SUCCEEDED', redriveCount: 1, itemCounts: { succeeded: 4, failed: 0 } })
    expectTree(second)
  })

  it('that fails again can be redriven again', async () => {
    const left = { failures: 2 }
    const lambdas = {
      work: (event: unknown) => {
        if (event === 1 && left.failures-- > 0) throw errorNamed('Oops', 'no')
        return event
      },
    }
    const harness = await world({ lambdas })
    const first = await harness.run(map({}, work), [0, 1])
    for (const status of ['FAILED', 'SUCCEEDED']) {
      harness.clock.advanceTo(harness.clock.now() + 1000)
      await harness.client.send(new RedriveExecutionCommand({ executionArn: first.arn }))
      expect(await harness.finish(first.arn)).toMatchObject({ status })
    }
  })
})
