/** Asks the launcher Lambda to plan a DAG, without waiting for it. Losing the call is harmless: the next plan does its work. */
import { InvokeCommand, type LambdaClient } from '@aws-sdk/client-lambda'
import type { LaunchRequest } from '../../run-model/index.ts'

export function planRequester(lambda: LambdaClient, launcher: string): (dagId: string) => Promise<void> {
  return async (dagId) => {
    const request: LaunchRequest = { kind: 'plan', dagId }
    await lambda.send(
      new InvokeCommand({ FunctionName: launcher, InvocationType: 'Event', Payload: JSON.stringify(request) }),
    )
  }
}
