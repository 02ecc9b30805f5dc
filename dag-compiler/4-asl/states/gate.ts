/**
 * A gate: one state that leaves its task token in the run table and waits, without compute, until the last upstream's
 * arrival sends it back. If the gate is open already, the write's condition fails and the run goes on at once (§5.5, §6.2).
 */
import { keys } from '../../../run-model/index.ts'
import type { Scope } from '../emission.ts'
import { expression, quoted, unchangedInput } from '../expressions.ts'
import type { AslState } from '../machine.ts'
import { rearmSeconds } from '../waits.ts'
import type { Retrier } from './retry.ts'

/** A STANDARD execution lasts at most a year (Step Functions quota). */
const longestExecutionSeconds = 366 * 86_400

const conditionFailed = ['DynamoDb.ConditionalCheckFailedException']

export function gateState(scope: Scope, gateId: string, dagrunTimeout: number | null, next: string): AslState {
  return {
    Type: 'Task',
    Resource: 'arn:aws:states:::aws-sdk:dynamodb:updateItem.waitForTaskToken',
    Arguments: {
      TableName: '${Table}',
      Key: gateKey(scope, gateId),
      UpdateExpression: 'SET tok = :t',
      ConditionExpression: 'attribute_not_exists(#o)',
      ExpressionAttributeNames: { '#o': 'open' },
      ExpressionAttributeValues: { ':t': { S: expression('$states.context.Task.Token') } },
    },
    TimeoutSeconds: rearmSeconds,
    Retry: [
      // Must stand before States.TaskFailed, which matches it too: an open gate is not a failure.
      { ErrorEquals: conditionFailed, MaxAttempts: 0 },
      rearming(dagrunTimeout),
      {
        ErrorEquals: ['States.TaskFailed'],
        IntervalSeconds: 1,
        MaxAttempts: 8,
        BackoffRate: 2,
        JitterStrategy: 'FULL',
      },
    ],
    Output: unchangedInput,
    Catch: [{ ErrorEquals: conditionFailed, Output: unchangedInput, Next: next }],
    Next: next,
  }
}

/** A gate that has waited for `rearmSeconds` writes a new token. It never gives up before its execution does. */
export const rearming = (dagrunTimeout: number | null): Retrier => ({
  ErrorEquals: ['States.Timeout'],
  IntervalSeconds: 1,
  BackoffRate: 1,
  MaxAttempts: Math.ceil((dagrunTimeout ?? longestExecutionSeconds) / rearmSeconds) + 1,
})

/** The gate's item: `run-model/keys.ts` with the execution's name filled in when the state runs, and in a Map the index. */
function gateKey({ execution, index }: Scope, gateId: string) {
  const { pk, sk } = keys.gate('', gateId)
  const sort = index === null ? sk : expression(`${quoted(`${sk}#`)} & $string(${index})`)
  return { pk: { S: expression(`'${pk}' & ${execution}`) }, sk: { S: sort } }
}
