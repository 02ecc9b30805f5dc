/** Calls that state machines make without a Lambda: the local DynamoDB, and objects that a Map reads its items from. */
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3'
import { type CallService, callDynamoDb } from './dynamodb/call-dynamodb.ts'

/** Rejects with the service's own exception; for what the local world does not serve, with one that says so. */
export function callService({
  dynamodb,
  s3,
}: {
  readonly dynamodb: DynamoDBClient
  readonly s3: S3Client
}): CallService {
  const others = callDynamoDb(dynamodb)
  return async (service, action, args) => {
    if (service !== 's3' || action !== 'getObject') return others(service, action, args)
    // Arguments come from a definition and are checked by the service itself, as on AWS.
    const { Body, $metadata: _, ...rest } = await s3.send(new GetObjectCommand(args as never))
    return { ...rest, Body: (await Body?.transformToString()) ?? '' }
  }
}
