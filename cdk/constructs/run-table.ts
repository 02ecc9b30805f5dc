/** The run table. Keys and indexes are `run-model`'s; `test/stack` compares the template with what the store creates locally. */
import { RemovalPolicy } from 'aws-cdk-lib'
import { AttributeType, Billing, ProjectionType, TableEncryptionV2, TableV2 } from 'aws-cdk-lib/aws-dynamodb'
import type { Construct } from 'constructs'
import { indexes, ttlAttribute } from '../../run-model/index.ts'

export interface RunTableProps {
  readonly tableName: string
  readonly removalPolicy: RemovalPolicy
}

export function runTable(scope: Construct, id: string, props: RunTableProps): TableV2 {
  const text = (name: string) => ({ name, type: AttributeType.STRING })
  return new TableV2(scope, id, {
    tableName: props.tableName,
    partitionKey: text('pk'),
    sortKey: text('sk'),
    globalSecondaryIndexes: Object.values(indexes).map((index) => ({
      indexName: index.name,
      partitionKey: text(index.hash),
      sortKey: text(index.range),
      projectionType: ProjectionType.KEYS_ONLY,
    })),
    billing: Billing.onDemand(),
    encryption: TableEncryptionV2.dynamoOwnedKey(),
    pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
    timeToLiveAttribute: ttlAttribute,
    deletionProtection: props.removalPolicy !== RemovalPolicy.DESTROY,
    removalPolicy: props.removalPolicy,
  })
}
