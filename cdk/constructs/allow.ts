/** One statement on a role. A resource with `*` needs the reason why its name cannot be known at deploy time. */
import { PolicyStatement, type Role } from 'aws-cdk-lib/aws-iam'
import { acknowledgeWildcard } from './acknowledge.ts'

export interface Allowed {
  readonly actions: readonly string[]
  readonly on: readonly string[]
  /** Required when a resource ends in `*`. */
  readonly wildcardBecause?: string
  readonly conditions?: Readonly<Record<string, unknown>>
}

export function allow(role: Role, { actions, on, wildcardBecause, conditions }: Allowed): void {
  role.addToPolicy(
    new PolicyStatement({ actions: [...actions], resources: [...on], ...(conditions && { conditions }) }),
  )
  for (const resource of on.filter((resource) => resource.includes('*'))) {
    if (!wildcardBecause) throw new Error(`${resource} allows more than one resource; say why in wildcardBecause`)
    acknowledgeWildcard(role, resource, wildcardBecause)
  }
}

export const tableReads = ['dynamodb:GetItem', 'dynamodb:BatchGetItem', 'dynamodb:Query'] as const
export const tableWrites = ['dynamodb:PutItem', 'dynamodb:UpdateItem', 'dynamodb:DeleteItem'] as const
