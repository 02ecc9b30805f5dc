/** What state machines may call in the local world, and what they are told when they may not. */
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import type { S3Client } from '@aws-sdk/client-s3'
import { expect, it } from 'vitest'
import { callService } from '../../local/call-service.ts'

// Only what is called of them.
const dynamodb = { send: async () => ({ $metadata: {}, Item: { a: { S: 'x' } } }) } as unknown as DynamoDBClient
const s3 = {
  send: async () => ({ $metadata: {}, ETag: 'e', Body: { transformToString: async () => '[1]' } }),
} as unknown as S3Client
const call = callService({ dynamodb, s3 })

it('an object comes as text', async () => {
  expect(await call('s3', 'getObject', { Bucket: 'b', Key: 'k' })).toEqual({ ETag: 'e', Body: '[1]' })
})

it('an item comes as DynamoDB gives it', async () => {
  expect(await call('dynamodb', 'getItem', {})).toEqual({ Item: { a: { S: 'x' } } })
})

it('a service that is not served says which setting points tasks elsewhere', async () => {
  await expect(call('glue', 'startJobRun', {})).rejects.toThrow(
    /does not serve glue:startJobRun.*AWS_ENDPOINT_URL_GLUE/,
  )
})
