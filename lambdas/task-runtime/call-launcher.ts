/** The edge to the launcher Lambda. The client is made at the first call: most DAGs trigger no others. */
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda'
import type { LaunchAnswer, TriggerRequest } from '../../run-model/index.ts'

/** The launcher could not be reached, or failed; the request may be repeated as it is. */
class LauncherError extends Error {
  override readonly name = 'LauncherError'
}

/** @param functionName of the launcher. */
export function launcherCaller(functionName: string): (request: TriggerRequest) => Promise<LaunchAnswer> {
  let client: LambdaClient | undefined
  return async (request) => {
    client ??= new LambdaClient()
    const call = new InvokeCommand({ FunctionName: functionName, Payload: JSON.stringify(request) })
    const { FunctionError, Payload } = await client.send(call).catch((cause: unknown) => {
      throw new LauncherError('The launcher could not be called.', { cause })
    })
    const text = Payload?.transformToString() ?? ''
    if (FunctionError !== undefined) throw new LauncherError(`The launcher failed: ${text}`)
    // The launcher of the same installation wrote it: both read and write `LaunchAnswer`.
    return JSON.parse(text) as LaunchAnswer
  }
}
