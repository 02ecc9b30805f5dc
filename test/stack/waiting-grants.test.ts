/** The role of a task Lambda: only a DAG that triggers others may call the launcher, only one that waits may answer its states. */
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { App } from 'aws-cdk-lib'
import { Template } from 'aws-cdk-lib/assertions'
import { expect, test } from 'vitest'
import { addStepdag } from '../../cdk/index.ts'

async function tasksOf(dags: string) {
  const outDir = mkdtempSync(join(tmpdir(), 'stepdag-waiting-'))
  const added = await addStepdag(new App(), { projectDir: process.cwd(), dags, outDir })
  const template = Template.fromStack(added.dags[0]!)
  const policies = Object.entries(template.findResources('AWS::IAM::Policy')).filter(([id]) => id.startsWith('Tasks'))
  const [[, lambda]] = Object.entries(template.findResources('AWS::Lambda::Function')) as [[string, Lambda]]
  const statements: { Action: string | string[]; Resource: unknown }[] = policies.flatMap(
    ([, { Properties }]) => Properties.PolicyDocument.Statement,
  )
  const on = (action: string) => statements.filter(({ Action }) => [Action].flat().includes(action))
  return { launcher: lambda.Properties.Environment.Variables.STEPDAG_LAUNCHER, on }
}

interface Lambda {
  readonly Properties: { readonly Environment: { readonly Variables: Readonly<Record<string, unknown>> } }
}

function triggeringDag(): string {
  const file = join(mkdtempSync(join(tmpdir(), 'stepdag-triggers-')), 'dag.ts')
  const task = "dag.task('next', triggerDagRun({ dagId: 'report', waitForCompletion: true }))()"
  const lines = ["import { Dag, triggerDagRun } from 'stepdag'", "export const dag = new Dag('caller')", task]
  writeFileSync(file, lines.join('\n'))
  return relative(process.cwd(), file)
}

test('a DAG that triggers runs may call the launcher and knows its name', async () => {
  const { launcher, on } = await tasksOf(triggeringDag())
  expect(launcher).toBe('stepdag-launcher')
  expect(JSON.stringify(on('lambda:InvokeFunction'))).toContain(':function:stepdag-launcher')
  expect(on('states:SendTaskSuccess')).toHaveLength(1)
}, 120_000)

test('any other DAG may do neither', async () => {
  const { launcher, on } = await tasksOf('test/golden/chain/dag.ts')
  expect(launcher).toBeUndefined()
  expect(on('lambda:InvokeFunction')).toEqual([])
  expect(on('states:SendTaskSuccess')).toEqual([])
}, 120_000)
