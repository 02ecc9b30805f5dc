/** The CDK app of this repository: every DAG under `dags/`. Options come from `cdk -c name=value`. */
import { App, Validations } from 'aws-cdk-lib'
import { AwsSolutionsChecks } from 'cdk-nag'
import { addStepdag } from './index.ts'

const app = new App()
const option = (name: string): string | undefined => app.node.tryGetContext(name)
const { CDK_DEFAULT_ACCOUNT: account, CDK_DEFAULT_REGION: region } = process.env

try {
  await addStepdag(app, {
    projectDir: process.cwd(),
    dags: option('dags') ?? 'dags',
    platform: option('platform') ?? 'stepdag',
    data: option('data') === 'destroy' ? 'destroy' : 'retain',
    ...(account && region && { env: { account, region } }),
  })
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app))
  app.synth()
} catch (error) {
  // Problems of an author's DAG are text for a person; anything else keeps its stack.
  console.error(error instanceof Error && error.message.startsWith('\n') ? error.message : error)
  process.exitCode = 1
}
