/** The local world deploys and runs a DAG of several machines: placeholders are versions, and a new version leaves old runs alone. */
import type { S3Client } from '@aws-sdk/client-s3'
import {
  DescribeExecutionCommand,
  ListStateMachineVersionsCommand,
  SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn'
import { afterEach, expect, it } from 'vitest'
import type { ChildMachine, CompiledDag } from '../../dag-compiler/index.ts'
import type { TaskBundle } from '../../lambdas/bundle/index.ts'
import { createVirtualClock } from '../../local/clock.ts'
import { type Deployment, deployDag } from '../../local/deploy/deploy-dag.ts'
import { startStepFunctions } from '../../local/step-functions/index.ts'
import type { RegisterRequest } from '../../run-model/index.ts'

const closers: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closers.splice(0)) await close()
})

async function world() {
  const clock = createVirtualClock(Date.parse('2026-01-05T10:00:00Z'))
  const server = await startStepFunctions({
    clock,
    dataDir: null,
    region: 'us-east-1',
    accountId: '000000000000',
    invokeLambda: async () => ({ ok: true, payload: '{}' }),
    callService: async () => ({}),
  })
  const stepFunctions = new SFNClient({
    endpoint: server.endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
  })
  closers.push(async () => {
    stepFunctions.destroy()
    await server.close()
  })
  const registered: RegisterRequest[] = []
  const deployment: Deployment = {
    // Only what `deployDag` calls.
    lambda: { put: () => undefined } as unknown as Deployment['lambda'],
    s3: { send: async () => ({}) } as unknown as S3Client,
    stepFunctions,
    environment: () => ({}) as never,
    register: async (request) => void registered.push(request),
  }
  return { clock, stepFunctions, deployment, registered }
}

const machine = (states: object) =>
  JSON.stringify({ QueryLanguage: 'JSONata', StartAt: Object.keys(states)[0], States: states })

const starting = (placeholder: string) => ({
  S: {
    Type: 'Task',
    Resource: 'arn:aws:states:::states:startExecution.sync:2',
    Arguments: { StateMachineArn: placeholder, Input: '{% $states.input %}' },
    Output: '{% $states.result.Output %}',
    End: true,
  },
})

const child = (id: string, definitionText: string) => ({ id, definitionText }) as ChildMachine // what is deployed of it

/** A DAG whose first child starts the second one. */
function splitDag(answer: string): CompiledDag {
  const wait = { W: { Type: 'Wait', Seconds: 60, Next: 'P' }, P: { Type: 'Pass', Output: answer, End: true } }
  const children = [child('outer', machine(starting('${Child2}'))), child('inner', machine(wait))]
  return { dagId: 'split', definitionText: machine(starting('${Child1}')), children } as unknown as CompiledDag // what is deployed of it
}

const bundle = { directory: '/nowhere', codeHash: 'c0de', manifest: { dagId: 'split' } } as unknown as TaskBundle

it('runs every machine of a split DAG, and a run keeps the versions it started with', async () => {
  const { clock, stepFunctions, deployment } = await world()
  await deployDag(deployment, { compiled: splitDag('old'), bundle })
  const stateMachineArn = 'arn:aws:states:us-east-1:000000000000:stateMachine:stepdag-dag-split'
  const start = () => stepFunctions.send(new StartExecutionCommand({ stateMachineArn, input: '{}' }))
  const first = await start()
  await deployDag(deployment, { compiled: splitDag('new'), bundle })
  const second = await start()
  const outputs: (string | undefined)[] = []
  for (const { executionArn } of [first, second]) {
    for (let turn = 0; turn < 200; turn++) {
      const { status, output } = await stepFunctions.send(new DescribeExecutionCommand({ executionArn }))
      if (status !== 'RUNNING') {
        outputs.push(output)
        break
      }
      const next = clock.nextAlarmMs()
      if (next !== null) clock.advanceTo(next)
    }
  }
  expect(outputs).toEqual(['"old"', '"new"'])
})

it('deploying a split DAG again publishes nothing new', async () => {
  const { stepFunctions, deployment, registered } = await world()
  await deployDag(deployment, { compiled: splitDag('same'), bundle })
  await deployDag(deployment, { compiled: splitDag('same'), bundle })
  const revisions = registered.map((request) => request.kind === 'register' && request.stateMachineRevisionId)
  const parent = 'arn:aws:states:us-east-1:000000000000:stateMachine:stepdag-dag-split'
  for (const name of [`${parent}-child-1`, `${parent}-child-2`]) {
    const { stateMachineVersions } = await stepFunctions.send(
      new ListStateMachineVersionsCommand({ stateMachineArn: name }),
    )
    expect(stateMachineVersions).toHaveLength(1)
  }
  expect(revisions).toHaveLength(2)
})
