/** The run store on DynamoDB and an object store: every DynamoDB expression of the product is in this folder. */
import type { S3Client } from '@aws-sdk/client-s3'
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb'
import type { RunStore } from '../../run-model/index.ts'
import { dagStore } from './dags.ts'
import { gateStore } from './gates.ts'
import { ledgerStore } from './ledgers.ts'
import type { ObjectStore } from './objects.ts'
import { runListStore } from './run-lists.ts'
import { singleRunStore } from './runs.ts'
import { s3Objects } from './s3-objects.ts'
import { runTable } from './table.ts'
import { taskInstanceStore } from './task-instances.ts'
import { variableStore } from './variables.ts'
import { xcomStore } from './xcoms.ts'

type RunStoreOptions = {
  readonly dynamodb: DynamoDBDocumentClient
  readonly table: string
  /** Milliseconds since 1970; dates the expiry of gates. @default Date.now */
  readonly now?: () => number
} & ({ readonly s3: S3Client; readonly bucket: string } | { readonly objects: ObjectStore })

export function createRunStore(options: RunStoreOptions): RunStore {
  const table = runTable(options)
  const objects = 'objects' in options ? options.objects : s3Objects(options)
  return {
    ...dagStore(table, objects),
    ...ledgerStore(table),
    ...singleRunStore(table),
    ...runListStore(table),
    ...taskInstanceStore(table),
    ...xcomStore(table, objects),
    ...gateStore(table, options.now ?? Date.now),
    ...variableStore(table),
  }
}
