/** Templates of what the repository ships: the platform and a DAG with a gate. */
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { App } from 'aws-cdk-lib'
import { Match, Template } from 'aws-cdk-lib/assertions'
import { beforeAll, describe, expect, test } from 'vitest'
import { addStepdag } from '../../cdk/index.ts'
import { tableDefinition } from '../../lambdas/store/index.ts'
import { ttlAttribute } from '../../run-model/index.ts'

let platform: Template
let dag: Template
let dagWithoutGates: Template

beforeAll(async () => {
  const app = new App()
  const outDir = mkdtempSync(join(tmpdir(), 'stepdag-stack-'))
  const stacks = await addStepdag(app, { projectDir: process.cwd(), outDir })
  const named = (name: string) => Template.fromStack(stacks.dags.find((stack) => stack.stackName === name)!)
  platform = Template.fromStack(stacks.platform)
  dag = named('StepdagDag-orders-daily')
  dagWithoutGates = named('StepdagDag-hello')
}, 120_000)

interface Resource {
  readonly Type: string
  readonly Properties: Record<string, unknown>
  readonly DeletionPolicy?: string
  readonly UpdateReplacePolicy?: string
}
const resources = (template: Template, type: string): [string, Resource][] =>
  Object.entries(template.findResources(type) as Record<string, Resource>)

test('synthesizing again, in a folder that holds the bundles already, changes no template', async () => {
  const outDir = mkdtempSync(join(tmpdir(), 'stepdag-stack-'))
  const synthesize = async () => {
    const { dags } = await addStepdag(new App(), { projectDir: process.cwd(), dags: 'dags/hello.ts', outDir })
    return Template.fromStack(dags[0]!).toJSON()
  }
  expect(await synthesize()).toEqual(await synthesize())
}, 120_000)

describe('the platform stack', () => {
  test('keeps the logical ids of what holds data: a changed id would replace table or bucket', () => {
    const ids = (type: string) => resources(platform, type).map(([id]) => id)
    expect({ table: ids('AWS::DynamoDB::GlobalTable'), bucket: ids('AWS::S3::Bucket') }).toMatchInlineSnapshot(`
      {
        "bucket": [
          "ObjectsA92BA4F1",
        ],
        "table": [
          "RunTable09D1EA90",
        ],
      }
    `)
  })

  test('keeps table and bucket when the stack is deleted', () => {
    for (const type of ['AWS::DynamoDB::GlobalTable', 'AWS::S3::Bucket']) {
      for (const [, resource] of resources(platform, type)) {
        expect(resource).toMatchObject({ DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' })
      }
    }
  })

  test('has the very table that the local world creates', () => {
    const [[, { Properties: table }]] = resources(platform, 'AWS::DynamoDB::GlobalTable') as [[string, Resource]]
    const local = tableDefinition('stepdag-runs')
    const indexesByName = (indexes: unknown) =>
      [...(indexes as { IndexName: string }[])].sort((a, b) => a.IndexName.localeCompare(b.IndexName))
    expect(table.TableName).toBe(local.TableName)
    expect(table.KeySchema).toEqual(local.KeySchema)
    expect(indexesByName(table.GlobalSecondaryIndexes)).toEqual(indexesByName(local.GlobalSecondaryIndexes))
    expect(table.TimeToLiveSpecification).toEqual({ AttributeName: ttlAttribute, Enabled: true })
  })

  test('has no route without an authorizer', () => {
    const routes = resources(platform, 'AWS::ApiGatewayV2::Route')
    expect(routes.length).toBeGreaterThan(0)
    for (const [, { Properties }] of routes) expect(Properties.AuthorizationType).toBe('AWS_IAM')
    platform.resourceCountIs('AWS::Lambda::Url', 0)
  })

  test('refuses unencrypted transport and public access to stored results', () => {
    platform.hasResourceProperties('AWS::S3::Bucket', {
      BucketEncryption: Match.anyValue(),
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
    })
    platform.hasResourceProperties('AWS::S3::BucketPolicy', {
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
        ]),
      },
    })
  })

  test('hears of ended executions of its own machines only', () => {
    platform.hasResourceProperties('AWS::Events::Rule', {
      EventPattern: {
        source: ['aws.states'],
        detail: {
          status: ['SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED'],
          stateMachineArn: [{ prefix: Match.anyValue() }],
        },
      },
      Targets: [Match.objectLike({ DeadLetterConfig: Match.anyValue() })],
    })
  })

  test('lets nobody but the launcher start an execution', () => {
    const starters = policies(platform).filter(({ actions }) => actions.includes('states:StartExecution'))
    expect(starters.map(({ id }) => id)).toEqual([expect.stringContaining('Launcher')])
  })
})

describe('a DAG stack', () => {
  test('calls a published version of the task function, so that running executions keep their code', () => {
    const [[, { Properties: machine }]] = resources(dag, 'AWS::StepFunctions::StateMachine') as [[string, Resource]]
    const [[versionId, version]] = resources(dag, 'AWS::Lambda::Version') as [[string, Resource]]
    expect(machine.DefinitionSubstitutions).toMatchObject({ TaskFunction: { Ref: versionId }, Table: 'stepdag-runs' })
    expect(version).toMatchObject({ DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' })
  })

  test('may write gate items and nothing else of the table from the machine, and only if a state is a gate', async () => {
    const writers = (template: Template) =>
      policies(template)
        .filter(({ id }) => id.startsWith('MachineRole'))
        .flatMap(({ statements }) => statements)
        .filter(({ Action }) => /dynamodb:(Put|Update|Delete)/.test(String(Action)))
    const dags = 'test/golden/service-loads-through-a-gate/dag.ts'
    const outDir = mkdtempSync(join(tmpdir(), 'stepdag-stack-'))
    const gated = await addStepdag(new App(), { projectDir: process.cwd(), dags, outDir })
    expect(writers(Template.fromStack(gated.dags[0]!))).toEqual([
      expect.objectContaining({
        Action: 'dynamodb:UpdateItem',
        Condition: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['JOIN#*'] } },
      }),
    ])
    expect([...writers(dag), ...writers(dagWithoutGates)]).toEqual([])
  }, 120_000)

  test('may release tokens only if it has gates', () => {
    const releases = (template: Template) =>
      policies(template).some(({ actions }) => actions.includes('states:SendTaskSuccess'))
    expect([releases(dag), releases(dagWithoutGates)]).toEqual([true, false])
  })

  test('arms the launcher at the times of its schedule, in its zone, with a dead-letter queue', () => {
    dag.hasResourceProperties('AWS::Scheduler::Schedule', {
      ScheduleExpression: 'cron(30 2 * * ? *)',
      ScheduleExpressionTimezone: 'Europe/Zurich',
      Target: { DeadLetterConfig: Match.anyValue(), Input: Match.stringLikeRegexp('aws.scheduler.scheduled-time') },
    })
    dagWithoutGates.resourceCountIs('AWS::Scheduler::Schedule', 0)
  })

  test('registers after its machine exists', () => {
    const [[, registration]] = resources(dag, 'Custom::StepdagDag') as [[string, Resource & { DependsOn: string[] }]]
    const [[machineId]] = resources(dag, 'AWS::StepFunctions::StateMachine') as [[string, Resource]]
    expect(registration.DependsOn).toContain(machineId)
    expect(registration.Properties).toMatchObject({
      dagId: 'orders_daily',
      stateMachineRevisionId: { 'Fn::GetAtt': [machineId, 'StateMachineRevisionId'] },
    })
  })
})

describe('every stack', () => {
  test('keeps logs for a month and encrypts what it queues', () => {
    for (const template of [platform, dag]) {
      for (const [, { Properties }] of resources(template, 'AWS::Logs::LogGroup'))
        expect(Properties.RetentionInDays).toBe(30)
      for (const [, { Properties }] of resources(template, 'AWS::SQS::Queue'))
        expect(Properties.SqsManagedSseEnabled).toBe(true)
    }
  })

  test('names no resource `*` but for X-Ray and log delivery, which have none to name', () => {
    const unnamed = [platform, dag]
      .flatMap(policies)
      .flatMap(({ statements }) => statements)
      .filter(({ Resource }) => Resource === '*')
    const actions = new Set(unnamed.flatMap(({ Action }) => Action))
    expect(
      [...actions].filter(
        (action) => !/^(xray:|logs:.*(LogDelivery|LogDeliveries|ResourcePolic|LogGroups))/.test(action),
      ),
    ).toEqual([])
  })

  test('lets nobody scan the table', () => {
    expect(
      [platform, dag]
        .flatMap(policies)
        .flatMap(({ actions }) => actions)
        .filter((action) => /Scan|dynamodb:\*/.test(action)),
    ).toEqual([])
  })
})

interface Statement {
  readonly Action: string | string[]
  readonly Resource: unknown
  readonly Condition?: unknown
}

function policies(template: Template): { id: string; statements: Statement[]; actions: string[] }[] {
  return resources(template, 'AWS::IAM::Policy').map(([id, { Properties }]) => {
    const { Statement: statements } = Properties.PolicyDocument as { Statement: Statement[] }
    return { id, statements, actions: statements.flatMap(({ Action }) => Action) }
  })
}
