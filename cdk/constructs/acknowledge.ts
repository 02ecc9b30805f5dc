/** cdk-nag findings that are right about the rule and wrong about us, each with its reason beside it. */
import { Stack, Validations } from 'aws-cdk-lib'
import type { Role } from 'aws-cdk-lib/aws-iam'
import type { IConstruct } from 'constructs'

export function acknowledge(construct: IConstruct, id: string, reason: string): void {
  Validations.of(construct).acknowledge({ id, reason })
}

/** @param resource the resource of a statement, `*` and tokens included. */
export function acknowledgeWildcard(role: Role, resource: string, reason: string): void {
  acknowledge(role, `AwsSolutions-IAM5[Resource::${asFinding(Stack.of(role).resolve(resource))}]`, reason)
}

/** How cdk-nag writes a resolved value: references in angle brackets, joins flattened. */
function asFinding(value: unknown): string {
  if (typeof value === 'string') return value
  const [key, inner] = Object.entries(value as Record<string, unknown>)[0]! // an intrinsic has exactly one key
  if (key === 'Ref') return `<${inner}>`
  if (key === 'Fn::GetAtt') return `<${(inner as string[]).join('.')}>` // CloudFormation: [logical id, attribute]
  const [separator, parts] = inner as [string, unknown[]] // the only other intrinsic in our ARNs: Fn::Join
  return parts.map(asFinding).join(separator)
}
