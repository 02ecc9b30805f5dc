/** What AWS checks of a request first, in its words. Source of the rules: the public service model; of the words: recordings. */
import {
  CreateStateMachineCommand,
  DescribeStateMachineCommand,
  ListExecutionsCommand,
  ListStateMachinesCommand,
  RedriveExecutionCommand,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Harness, startHarness } from './harness.ts'

const definition = JSON.stringify({ StartAt: 'P', States: { P: { Type: 'Pass', End: true } } })
const roleArn = 'arn:aws:iam::111111111111:role/role'

let harness: Harness
let stateMachineArn: string
beforeAll(async () => {
  harness = await startHarness()
  stateMachineArn = await harness.create(definition, 'one')
})
afterAll(() => harness.close())

/** Past the SDK, which checks some of this itself. */
async function raw(operation: string, body: object): Promise<unknown> {
  const headers = { 'x-amz-target': `AWSStepFunctions.${operation}` }
  const response = await fetch(harness.endpoint, { method: 'POST', headers, body: JSON.stringify(body) })
  expect(response.status).toBe(400)
  return response.json()
}

describe('a request is refused', () => {
  it('with every member at fault named at once', async () => {
    expect(await raw('CreateStateMachine', { name: 'n'.repeat(81), type: 'FAST', roleArn })).toEqual({
      __type: 'ValidationException',
      message:
        "3 validation errors detected: Value at 'definition' failed to satisfy constraint: Member must not be null; " +
        `Value '${'n'.repeat(81)}' at 'name' failed to satisfy constraint: Member must have length less than or equal to 80; ` +
        "Value 'FAST' at 'type' failed to satisfy constraint: Member must satisfy enum value set: [STANDARD, EXPRESS]",
    })
  })

  it('for a name with signs that AWS forbids', async () => {
    for (const name of ['a b', 'a/b', 'a:b', 'a*', 'a\u0007']) {
      const create = new CreateStateMachineCommand({ name, definition, roleArn })
      await expect(harness.client.send(create)).rejects.toMatchObject({ name: 'InvalidName' })
    }
  })

  it('for ARNs of the wrong kind', async () => {
    const describe = (arn: string) => harness.client.send(new DescribeStateMachineCommand({ stateMachineArn: arn }))
    await expect(describe('nonsense')).rejects.toThrow("Invalid Arn: 'Invalid ARN prefix: nonsense'")
    const execution = 'arn:aws:states:us-east-1:111111111111:execution:one:run'
    await expect(describe(execution)).rejects.toThrow(
      "Invalid Arn: 'Resource type not valid in this context: execution'",
    )
    const role = new CreateStateMachineCommand({ name: 'two', definition, roleArn: 'arn:aws:iam::1:user/u' })
    await expect(harness.client.send(role)).rejects.toMatchObject({
      name: 'InvalidArn',
      message: "Invalid Role Arn: 'arn:aws:iam::1:user/u'",
    })
  })

  it('for page sizes and page tokens that are none', async () => {
    await expect(harness.client.send(new ListStateMachinesCommand({ maxResults: 1001 }))).rejects.toThrow(
      "Value '1001' at 'maxResults' failed to satisfy constraint: Member must have value less than or equal to 1000",
    )
    const list = new ListStateMachinesCommand({ nextToken: 'nonsense' })
    await expect(harness.client.send(list)).rejects.toMatchObject({ name: 'InvalidToken' })
  })

  it('for a client token with a blank, and for a description without a version', async () => {
    const executionArn = 'arn:aws:states:us-east-1:111111111111:execution:one:run'
    const redrive = new RedriveExecutionCommand({ executionArn, clientToken: 'a b' })
    await expect(harness.client.send(redrive)).rejects.toThrow(/at 'clientToken'.*regular expression pattern/)
    const create = new CreateStateMachineCommand({ name: 'two', definition, roleArn, versionDescription: 'd' })
    await expect(harness.client.send(create)).rejects.toThrow(
      'Version description can only be set when publish is true',
    )
  })

  it('that lists executions of neither a machine nor a Map Run', async () => {
    await expect(harness.client.send(new ListExecutionsCommand({}))).rejects.toThrow(
      /Must provide a StateMachine ARN or MapRun ARN/,
    )
  })
})

it('a payload is counted in bytes, not in characters', async () => {
  const start = (input: string) => harness.client.send(new StartExecutionCommand({ stateMachineArn, input }))
  expect((await start(JSON.stringify('a'.repeat(262_142)))).executionArn).toBeDefined()
  await expect(start(JSON.stringify('ä'.repeat(131_072)))).rejects.toMatchObject({ name: 'InvalidExecutionInput' })
})
