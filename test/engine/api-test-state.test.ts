/** TestState over the wire. Shapes of the answers to Pass, Choice, Fail and Succeed: recorded on AWS. */
import { SFNClient, TestStateCommand, type TestStateInput } from '@aws-sdk/client-sfn'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { errorNamed, type Harness, startHarness } from './harness.ts'

let harness: Harness
/** AWS serves TestState under another name, which a loopback address cannot have. */
let client: SFNClient
beforeAll(async () => {
  const fall = () => {
    throw errorNamed('NoGround', 'fell')
  }
  harness = await startHarness({ lambdas: { double: (event) => Number(Object(event).n) * 2, fall } })
  const credentials = { accessKeyId: 'a', secretAccessKey: 'b' }
  client = new SFNClient({
    endpoint: harness.endpoint,
    region: 'us-east-1',
    credentials,
    disableHostPrefix: true,
    maxAttempts: 1,
  })
})
afterAll(async () => {
  client.destroy()
  await harness.close()
})

const roleArn = 'arn:aws:iam::111111111111:role/role'
async function test(state: object, input: unknown = {}, more: Partial<TestStateInput> = {}) {
  const request = { definition: JSON.stringify(state), input: JSON.stringify(input), roleArn, ...more }
  const { $metadata: _, ...answer } = await client.send(new TestStateCommand(request))
  return answer
}
const json = (texts: object | undefined) =>
  Object.fromEntries(
    Object.entries(texts ?? {}).map(([name, text]) => [name, typeof text === 'string' ? JSON.parse(text) : text]),
  )

const jsonata = (state: object) => ({ QueryLanguage: 'JSONata', End: true, ...state })
const invoke = (name: string, more: object = {}) =>
  jsonata({
    Type: 'Task',
    Resource: 'arn:aws:states:::lambda:invoke',
    Arguments: { FunctionName: name, Payload: '{% $states.input %}' },
    Output: '{% $states.result.Payload %}',
    ...more,
  })

describe('one state', () => {
  it('gives its output and what comes next', async () => {
    const choice = {
      Type: 'Choice',
      Choices: [{ Variable: '$.value', NumericLessThan: 30, Next: 'Twenties' }],
      Default: 'Other',
    }
    expect(await test(choice, { value: 22 })).toEqual({
      status: 'SUCCEEDED',
      output: '{"value":22}',
      nextState: 'Twenties',
    })
    expect(await test({ Type: 'Pass', Result: 1, Next: 'B' })).toEqual({
      status: 'SUCCEEDED',
      output: '1',
      nextState: 'B',
    })
    expect(await test({ Type: 'Succeed' }, 5)).toEqual({ status: 'SUCCEEDED', output: '5' })
    expect(await test({ Type: 'Fail', Error: 'E', Cause: 'C' })).toEqual({ status: 'FAILED', error: 'E', cause: 'C' })
  })

  it('makes its call', async () => {
    expect(await test(invoke('double'), { n: 4 })).toEqual({ status: 'SUCCEEDED', output: '8' })
    expect(await test(invoke('fall'))).toMatchObject({ status: 'FAILED', error: 'NoGround' })
    expect(harness.changes).toEqual([])
  })

  it('that would be tried again is RETRIABLE, and counts the tries it is told of', async () => {
    const Retry = [{ ErrorEquals: ['NoGround'], IntervalSeconds: 2, BackoffRate: 3, MaxAttempts: 2 }]
    const again = await test(invoke('fall', { Retry }), {}, { inspectionLevel: 'DEBUG' })
    expect(again).toMatchObject({ status: 'RETRIABLE', error: 'NoGround' })
    expect(again.inspectionData!.errorDetails).toEqual({ retryIndex: 0, retryBackoffIntervalSeconds: 2 })
    const tries = async (retrierRetryCount: number) =>
      test(invoke('fall', { Retry }), {}, { inspectionLevel: 'DEBUG', stateConfiguration: { retrierRetryCount } })
    expect((await tries(1)).inspectionData!.errorDetails).toMatchObject({ retryBackoffIntervalSeconds: 6 })
    expect((await tries(2)).status).toBe('FAILED')
  })

  it('that is caught says by which catcher, and where that leads', async () => {
    const Catch = [
      { ErrorEquals: ['Other'], Next: 'A' },
      { ErrorEquals: ['States.ALL'], Next: 'B', Output: '{% $states.errorOutput.Error %}' },
    ]
    const caught = await test(invoke('fall', { Catch }), {}, { inspectionLevel: 'DEBUG' })
    expect(caught).toMatchObject({ status: 'CAUGHT_ERROR', error: 'NoGround', output: '"NoGround"', nextState: 'B' })
    expect(caught.inspectionData!.errorDetails).toEqual({ catchIndex: 1 })
  })

  it('sees the variables and the context it is given', async () => {
    const Output = '{% $a & $states.context.Execution.Name %}'
    const variables = '{"a":"x"}'
    const context = '{"Execution":{"Name":"y"}}'
    expect(await test(jsonata({ Type: 'Pass', Output }), {}, { variables, context })).toMatchObject({ output: '"xy"' })
  })

  it('may be one of a whole definition, however deep', async () => {
    const definition = {
      QueryLanguage: 'JSONata',
      StartAt: 'Each',
      States: {
        Each: {
          Type: 'Map',
          ItemProcessor: {
            StartAt: 'Inner',
            States: { Inner: { Type: 'Pass', Output: '{% $states.input.n %}', End: true } },
          },
          End: true,
        },
      },
    }
    expect(await test(definition, { n: 3 }, { stateName: 'Inner' })).toEqual({ status: 'SUCCEEDED', output: '3' })
    await expect(test(definition, {}, { stateName: 'None' })).rejects.toThrow("has no state named 'None'")
  })
})

describe('an inspection', () => {
  it('shows the data between the fields of a Pass', async () => {
    const state = {
      Type: 'Pass',
      InputPath: '$.initial',
      Parameters: { fixed: 1, 'read.$': '$.field' },
      ResultPath: '$.modified',
      OutputPath: '$.modified',
      End: true,
    }
    const input = { initial: { field: 'f' } }
    const { inspectionData, ...answer } = await test(state, input, { inspectionLevel: 'DEBUG' })
    const read = { fixed: 1, read: 'f' }
    expect(answer).toEqual({ status: 'SUCCEEDED', output: JSON.stringify(read) })
    expect(json(inspectionData)).toEqual({
      input,
      afterInputPath: { field: 'f' },
      afterParameters: read,
      afterResultSelector: read,
      afterResultPath: { ...input, modified: read },
    })
  })

  it('of a Pass with a Result leaves out what it does not look at', async () => {
    const { inspectionData } = await test(
      { Type: 'Pass', Result: { r: 1 }, End: true },
      { a: 1 },
      { inspectionLevel: 'TRACE' },
    )
    expect(json(inspectionData)).toEqual({
      input: { a: 1 },
      result: { r: 1 },
      afterResultSelector: { r: 1 },
      afterResultPath: { r: 1 },
    })
  })

  it('of a Fail and a Succeed has the input only', async () => {
    for (const state of [{ Type: 'Fail', Error: 'E' }, { Type: 'Succeed' }]) {
      const { inspectionData } = await test(state, { a: 1 }, { inspectionLevel: 'DEBUG' })
      expect(json(inspectionData)).toEqual({ input: { a: 1 }, afterInputPath: { a: 1 } })
    }
  })

  it('of a task makes its call once', async () => {
    const state = {
      Type: 'Task',
      Resource: 'arn:aws:lambda:us-east-1:111111111111:function:double',
      Parameters: { 'n.$': '$.n' },
      ResultSelector: { 'twice.$': '$' },
      ResultPath: '$.result',
      End: true,
    }
    const before = harness.calls.length
    const { inspectionData } = await test(state, { n: 2 }, { inspectionLevel: 'DEBUG' })
    expect(harness.calls.length - before).toBe(1)
    expect(json(inspectionData)).toEqual({
      input: { n: 2 },
      afterInputPath: { n: 2 },
      afterParameters: { n: 2 },
      result: 4,
      afterResultSelector: { twice: 4 },
      afterResultPath: { n: 2, result: { twice: 4 } },
    })
  })

  it('of a JSONata state shows its arguments, result and variables', async () => {
    const state = invoke('double', { Assign: { v: '{% $states.result.Payload %}' } })
    const { inspectionData } = await test(state, { n: 2 }, { inspectionLevel: 'DEBUG' })
    const { result, ...rest } = json(inspectionData)
    expect(rest).toEqual({
      input: { n: 2 },
      afterArguments: { FunctionName: 'double', Payload: { n: 2 } },
      variables: { v: 4 },
    })
    expect(result).toMatchObject({ Payload: 4 })
  })
})

describe('a mock', () => {
  const processor = { StartAt: 'X', States: { X: { Type: 'Pass', End: true } } }

  it.each([
    ['a task', invoke('nobody')],
    [
      'a task that waits for its token',
      invoke('nobody', { Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken' }),
    ],
    ['an execution', invoke('nobody', { Resource: 'arn:aws:states:::states:startExecution.sync:2' })],
  ])('answers for %s', async (_, state) => {
    const before = harness.calls.length
    expect(await test(state, {}, { mock: { result: '{"Payload":9}' } })).toEqual({ status: 'SUCCEEDED', output: '9' })
    expect(harness.calls.length).toBe(before)
  })

  it.each([
    ['a Map', jsonata({ Type: 'Map', Items: [1, 2], ItemProcessor: processor })],
    [
      'a Distributed Map',
      jsonata({
        Type: 'Map',
        Items: [1],
        ItemProcessor: { ...processor, ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' } },
      }),
    ],
    ['a Parallel', jsonata({ Type: 'Parallel', Branches: [processor] })],
  ])('answers for %s, which is not tested without', async (_, state) => {
    expect(await test(state, {}, { mock: { result: '[7]' } })).toEqual({ status: 'SUCCEEDED', output: '[7]' })
    const Catch = [{ ErrorEquals: ['E'], Next: 'B' }]
    const caught = await test({ ...state, Catch }, {}, { mock: { errorOutput: { error: 'E', cause: 'C' } } })
    expect(caught).toMatchObject({ status: 'CAUGHT_ERROR', error: 'E', cause: 'C', nextState: 'B' })
    await expect(test(state)).rejects.toThrow(/is not supported when a mock is not specified/)
  })

  it('is JSON, and either a result or an error', async () => {
    await expect(test(invoke('f'), {}, { mock: { result: '{' } })).rejects.toThrow('Mocked result must be valid JSON')
    await expect(test(invoke('f'), {}, { mock: {} })).rejects.toThrow(/either result or errorOutput/)
  })
})

it('a state that is wrong is refused with the place in the state', async () => {
  await expect(test({ Type: 'Pass', End: true, Foo: 1 })).rejects.toMatchObject({
    name: 'InvalidDefinition',
    message: "Invalid State Machine Definition: 'SCHEMA_VALIDATION_FAILED: Field 'Foo' is not supported at /'",
  })
})
