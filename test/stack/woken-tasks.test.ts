/** What tasks that hold their own gates need of AWS: who may wake them, and who hears of a crash. */
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { App, Validations } from 'aws-cdk-lib'
import { Template } from 'aws-cdk-lib/assertions'
import { AwsSolutionsChecks } from 'cdk-nag'
import { beforeAll, expect, test } from 'vitest'
import { addStepdag } from '../../cdk/index.ts'

interface Statement {
  readonly Action: string | string[]
  readonly Resource: unknown
}

let app: App
let platform: Template
let gated: Template
let chain: Template

beforeAll(async () => {
  const synthesized = async (dags: string, into = new App()) => {
    const outDir = mkdtempSync(join(tmpdir(), 'stepdag-woken-'))
    return addStepdag(into, { projectDir: process.cwd(), dags, outDir })
  }
  app = new App()
  const withGate = await synthesized('test/golden/prime-block-needs-two-gates/dag.ts', app)
  platform = Template.fromStack(withGate.platform)
  gated = Template.fromStack(withGate.dags[0]!)
  chain = Template.fromStack((await synthesized('test/golden/chain/dag.ts')).dags[0]!)
}, 120_000)

/** Resources on which the role of one function may do something, as text. */
function allowed(template: Template, role: string, action: string): string {
  const policies = Object.entries(template.findResources('AWS::IAM::Policy')).filter(([id]) => id.startsWith(role))
  const statements: Statement[] = policies.flatMap(([, { Properties }]) => Properties.PolicyDocument.Statement)
  return JSON.stringify(statements.filter(({ Action }) => [Action].flat().includes(action)).map((one) => one.Resource))
}

test('a crash of a woken call reaches the reconciler at once, for every version that runs still call', () => {
  const [[version]] = Object.entries(gated.findResources('AWS::Lambda::Version')) as [[string, unknown]]
  const [[, config]] = Object.entries(gated.findResources('AWS::Lambda::EventInvokeConfig')) as [
    [string, { Properties: Record<string, unknown>; DependsOn: string[] }],
  ]
  expect(config).toMatchObject({ DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' })
  expect(config.Properties).toMatchObject({
    MaximumRetryAttempts: 0,
    MaximumEventAgeInSeconds: 3600,
    Qualifier: { 'Fn::GetAtt': [version, 'Version'] },
  })
  expect(JSON.stringify(config.Properties.DestinationConfig)).toContain(':function:stepdag-reconciler')
  expect(config.DependsOn).toContainEqual(expect.stringContaining('TasksRoleDefaultPolicy'))
})

test('a task may wake tasks of its own DAG, pass failed wake-ups on, and tell its own machine', () => {
  const invokes = allowed(gated, 'Tasks', 'lambda:InvokeFunction')
  expect(invokes).toMatch(/:function:stepdag-task-prime_block:\*/)
  expect(invokes).toMatch(/:function:stepdag-reconciler/)
  expect(invokes).not.toContain('stepdag-task-*')
  for (const action of ['states:SendTaskSuccess', 'states:SendTaskFailure', 'states:SendTaskHeartbeat']) {
    expect(allowed(gated, 'Tasks', action)).toMatch(/:stateMachine:stepdag-dag-prime_block"/)
  }
})

test('tasks may wake one another in chains of any length, which Lambda would take for an endless loop', () => {
  gated.hasResourceProperties('AWS::Lambda::Function', { RecursiveLoop: 'Allow' })
  expect(JSON.stringify(chain.findResources('AWS::Lambda::Function'))).not.toContain('RecursiveLoop')
})

test('a DAG without gates has none of it', () => {
  chain.resourceCountIs('AWS::Lambda::EventInvokeConfig', 0)
  expect(allowed(chain, 'Tasks', 'lambda:InvokeFunction')).toBe('[]')
})

test('what ends tasks in their place may wake tasks; nothing else of the platform may', () => {
  const mayWake = ['Finalizer', 'Reconciler', 'ApiHandler', 'Launcher', 'Registrar'].filter((role) =>
    allowed(platform, role, 'lambda:InvokeFunction').includes(':function:stepdag-task-*'),
  )
  expect(mayWake).toEqual(['Finalizer', 'Reconciler', 'ApiHandler'])
})

test('passes cdk-nag: every wildcard has its reason', () => {
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app))
  expect(() => app.synth()).not.toThrow()
})
