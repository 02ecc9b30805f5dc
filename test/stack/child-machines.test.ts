/** The stack of a DAG that one definition cannot hold: its machines, who may start them, and what stands for whom. */
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { App } from 'aws-cdk-lib'
import { Template } from 'aws-cdk-lib/assertions'
import { beforeAll, describe, expect, test } from 'vitest'
import { DagStack } from '../../cdk/dag-stack.ts'
import type { ChildMachine, CompiledDag } from '../../dag-compiler/index.ts'
import { bundleTask, compileProject } from '../../lambdas/bundle/index.ts'

let split: Template
let whole: Template

beforeAll(async () => {
  const projectDir = process.cwd()
  const outDir = mkdtempSync(join(tmpdir(), 'stepdag-stack-'))
  const { dags } = await compileProject({ projectDir, path: join(projectDir, 'dags/hello.ts') })
  const dag = dags[0]!
  const bundle = await bundleTask(dag, { projectDir, outDir, bundleVersion: null })
  const template = (id: string, compiled: CompiledDag) =>
    Template.fromStack(new DagStack(new App(), id, { compiled, bundle }))
  whole = template('Whole', dag.compiled)
  // The first child starts the second one, so it must come after it.
  const children = [child(dag.compiled, 'first', '"${Child2}"'), child(dag.compiled, 'second', '"${Table}"')]
  split = template('Split', { ...dag.compiled, children })
}, 120_000)

function child({ numbers }: CompiledDag, id: string, definitionText: string): ChildMachine {
  return { id, numbers, definitionText }
}

interface Resource {
  readonly Properties: Record<string, unknown>
  readonly UpdateReplacePolicy?: string
}
const resources = (template: Template, type: string): [string, Resource][] =>
  Object.entries(template.findResources(type) as Record<string, Resource>)

const statements = (template: Template) =>
  resources(template, 'AWS::IAM::Policy')
    .filter(([id]) => id.startsWith('MachineRole'))
    .flatMap(
      ([, { Properties }]) => (Properties.PolicyDocument as { Statement: { Action: string | string[] }[] }).Statement,
    )

describe('a DAG of three machines', () => {
  test('has each machine under a name of its own', () => {
    const names = resources(split, 'AWS::StepFunctions::StateMachine').map(
      ([, { Properties }]) => Properties.StateMachineName,
    )
    expect(names.sort()).toEqual(['stepdag-dag-hello', 'stepdag-dag-hello-child-1', 'stepdag-dag-hello-child-2'])
  })

  test('starts versions of its children, which stay when the next deployment replaces them', () => {
    const machines = Object.fromEntries(
      resources(split, 'AWS::StepFunctions::StateMachine').map(([, { Properties }]) => [
        Properties.StateMachineName,
        Object.entries(Properties.DefinitionSubstitutions as object).filter(([key]) => key.startsWith('Child')),
      ]),
    )
    const versions = resources(split, 'AWS::StepFunctions::StateMachineVersion')
    for (const [, version] of versions) expect(version.UpdateReplacePolicy).toBe('Retain')
    const arnOf = (id: string) => ({ 'Fn::GetAtt': [versions.find(([one]) => one.startsWith(id))![0], 'Arn'] })
    expect(machines['stepdag-dag-hello-child-2']).toEqual([])
    expect(machines['stepdag-dag-hello-child-1']).toEqual([['Child2', arnOf('Child2Version')]])
    expect(machines['stepdag-dag-hello']).toEqual([
      ['Child2', arnOf('Child2Version')],
      ['Child1', arnOf('Child1Version')],
    ])
  })

  test('may start, watch and stop its own executions, by the event rule that Step Functions manages', () => {
    const actions = statements(split).flatMap(({ Action }) => Action)
    expect(actions).toEqual(
      expect.arrayContaining([
        'states:StartExecution',
        'states:DescribeExecution',
        'states:StopExecution',
        'events:PutTargets',
        'events:PutRule',
        'events:DescribeRule',
      ]),
    )
    expect(JSON.stringify(statements(split))).toContain('rule/StepFunctionsGetEventsForStepFunctionsExecutionRule')
  })
})

test('a DAG of one machine may start no execution and has no version of its own making', () => {
  expect(JSON.stringify(statements(whole))).not.toMatch(/states:|events:/)
  whole.resourceCountIs('AWS::StepFunctions::StateMachineVersion', 0)
})
