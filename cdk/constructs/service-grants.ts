/** `Needs.services` → statements on the role of a DAG's machines: exactly what the compiler found that its calls need. */
import { Stack } from 'aws-cdk-lib'
import type { Role } from 'aws-cdk-lib/aws-iam'
import type { Needs } from '../../dag-compiler/index.ts'
import { keys } from '../../run-model/index.ts'
import { acknowledge } from './acknowledge.ts'
import { allow } from './allow.ts'

/** @param tableArn the run table, of which loads read the records of this DAG's runs */
export function grantServices(
  role: Role,
  needs: Needs,
  { dagId, tableArn }: { dagId: string; tableArn: string },
): void {
  const stack = Stack.of(role)
  for (const { actions, resources, passedTo } of needs.services ?? []) {
    const on = resources.map((resource) => inStack(stack, resource))
    allow(role, {
      actions,
      on,
      wildcardBecause: 'the arguments of the call do not name it before the run, or AWS knows no narrower resource',
      ...(passedTo !== undefined && { conditions: { StringEquals: { 'iam:PassedToService': passedTo } } }),
    })
    for (const action of actions.filter((name) => name.includes('*'))) {
      acknowledge(role, `AwsSolutions-IAM5[Action::${action}]`, 'written by the author of the DAG, in the option iam')
    }
  }
  if (!needs.readsRecords) return
  const { pk } = keys.run({ dagId, runId: '*' })
  const ownRuns = { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': [pk] } }
  allow(role, { actions: ['dynamodb:GetItem'], on: [tableArn], conditions: ownRuns })
}

const inStack = ({ partition, region, account }: Stack, resource: string): string =>
  resource.replaceAll('{partition}', partition).replaceAll('{region}', region).replaceAll('{account}', account)
