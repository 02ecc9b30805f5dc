/** The role of a machine that calls AWS services gets what its calls need, by name where the DAG names it, and no more. */
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { App, Validations } from 'aws-cdk-lib'
import { Template } from 'aws-cdk-lib/assertions'
import { PolicyStatement } from 'aws-cdk-lib/aws-iam'
import { AwsSolutionsChecks } from 'cdk-nag'
import { describe, expect, test } from 'vitest'
import { addStepdag } from '../../cdk/index.ts'

interface Statement {
  readonly Action: string | string[]
  readonly Resource: unknown
  readonly Condition?: unknown
}

async function roleOf(golden: string): Promise<readonly Statement[]> {
  const app = new App()
  const outDir = mkdtempSync(join(tmpdir(), 'stepdag-service-'))
  const { dags } = await addStepdag(app, { projectDir: process.cwd(), dags: `test/golden/${golden}/dag.ts`, outDir })
  const policies = Object.entries(Template.fromStack(dags[0]!).findResources('AWS::IAM::Policy'))
  const [, policy] = policies.find(([id]) => id.startsWith('MachineRole'))!
  return policy.Properties.PolicyDocument.Statement
}

const allowing = (statements: readonly Statement[], action: string): readonly Statement[] =>
  statements.filter(({ Action }) => [Action].flat().includes(action))
const shown = (statements: readonly Statement[]): string => JSON.stringify(statements.map(({ Resource }) => Resource))

describe('the role of a machine that calls services', () => {
  test('starts the named job, sees how it goes and can stop it', async () => {
    const role = await roleOf('service-guard-after-a-branch')
    for (const action of ['glue:StartJobRun', 'glue:GetJobRun', 'glue:BatchStopJobRun']) {
      expect(shown(allowing(role, action)), action).toContain(':job/refresh')
    }
    expect(allowing(role, 'sns:Publish').map(({ Resource }) => Resource)).toEqual([
      'arn:aws:sns:eu-central-1:123456789012:refreshed',
    ])
    expect(role.flatMap(({ Action }) => Action).filter((action) => action.includes('*'))).toEqual([])
  }, 120_000)

  test('reads records of its own DAG only where it loads something', async () => {
    const role = await roleOf('service-loads-through-a-gate')
    expect(allowing(role, 'dynamodb:GetItem')).toMatchObject([
      { Condition: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['RUN#copies#*'] } } },
    ])
    expect(shown(allowing(role, 's3:PutObject'))).toContain(':s3:::lake/*')
    expect(allowing(await roleOf('service-waits-for-its-token'), 'dynamodb:GetItem')).toEqual([])
  }, 120_000)

  test('passes cdk-nag: every wildcard has its reason', async () => {
    const { app } = await withChecks()
    expect(() => app.synth()).not.toThrow()
  }, 120_000)

  test('would not pass with a wildcard that has none', async () => {
    const { app, role } = await withChecks()
    role.addToPrincipalPolicy(
      new PolicyStatement({ actions: ['s3:GetObject'], resources: ['arn:aws:s3:::elsewhere/*'] }),
    )
    expect(() => app.synth()).toThrow()
  }, 120_000)
})

async function withChecks() {
  const app = new App()
  const outDir = mkdtempSync(join(tmpdir(), 'stepdag-service-'))
  const dagFile = 'test/golden/service-job-after-a-lambda/dag.ts'
  const { dags } = await addStepdag(app, { projectDir: process.cwd(), dags: dagFile, outDir })
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app))
  return { app, role: dags[0]!.stateMachine.role }
}
