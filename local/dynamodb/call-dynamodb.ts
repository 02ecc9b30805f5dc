/** Serves the DynamoDB calls of state machines: gates store their task tokens with `updateItem`. */
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import {
  DeleteItemCommand,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb'

export type CallService = (service: string, action: string, args: unknown) => Promise<unknown>

/** Rejects with the service's own exception; for what the local world does not serve, with one that says so. */
export function callDynamoDb(dynamodb: DynamoDBClient): CallService {
  return async (service, action, args) => {
    if (service.toLowerCase() !== 'dynamodb') throw new NotServedError(service, action)
    const answer = await send(dynamodb, action, args)
    const { $metadata: _, ...result } = answer
    return result
  }
}

function send(dynamodb: DynamoDBClient, action: string, args: unknown) {
  // Arguments come from a definition and are checked by the service itself, as on AWS.
  const input = args as never
  switch (action.charAt(0).toLowerCase() + action.slice(1)) {
    case 'updateItem':
      return dynamodb.send(new UpdateItemCommand(input))
    case 'putItem':
      return dynamodb.send(new PutItemCommand(input))
    case 'getItem':
      return dynamodb.send(new GetItemCommand(input))
    case 'deleteItem':
      return dynamodb.send(new DeleteItemCommand(input))
    case 'query':
      return dynamodb.send(new QueryCommand(input))
    default:
      throw new NotServedError('dynamodb', action)
  }
}

class NotServedError extends Error {
  override readonly name = 'NotServedLocally'
  constructor(service: string, action: string) {
    super(
      `The local world does not serve ${service}:${action}. A task that calls it through its SDK client can be pointed ` +
        `at a stand-in with AWS_ENDPOINT_URL_${service.toUpperCase().replaceAll(/[^A-Z0-9]/g, '_')}.`,
    )
  }
}
