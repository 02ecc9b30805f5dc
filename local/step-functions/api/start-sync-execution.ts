/** StartSyncExecution: an EXPRESS machine's execution, answered when it has ended. */
import type { StatusChange } from '../port.ts'
import { ApiError, optionalText, type Request, seconds } from './api-error.ts'
import { findLiving } from './find-machine.ts'
import { expressOf, type Service } from './service.ts'
import { expressIdentity, readStart } from './start-execution.ts'

/** AWS bills memory in chunks of 64 MB and time in steps of 100 ms. */
const billedMemoryUsedInMB = 64
const billedStepMs = 100

export async function startSyncExecution(service: Service, request: Request) {
  const found = findLiving(service, request, 'stateMachineArn')
  if (found.record.type !== 'EXPRESS') throw notSupported()
  const { name, input } = readStart(request)
  const ended = await expressOf(service).start(expressIdentity(service, found, name), input).ended
  const traceHeader = optionalText(request, 'traceHeader')
  return {
    ...description(ended, request.includedData !== 'METADATA_ONLY'),
    stateMachineArn: found.arn,
    name,
    ...(traceHeader === null ? {} : { traceHeader }),
  }
}

/** AWS's answer to what only the other type of machine can do. */
export const notSupported = () =>
  new ApiError('StateMachineTypeNotSupported', 'This operation is not supported by this type of state machine')

function description(change: StatusChange, withData: boolean) {
  const { executionArn, status, startDate, stopDate, input, output, error, cause } = change
  const tookMs = Math.max(1, (stopDate ?? startDate) - startDate)
  return {
    executionArn,
    status,
    startDate: seconds(startDate),
    stopDate: seconds(stopDate ?? startDate),
    ...(withData ? { input } : {}),
    inputDetails: { included: withData },
    ...(output === null ? {} : { ...(withData ? { output } : {}), outputDetails: { included: withData } }),
    ...(error === null ? {} : { error }),
    ...(cause === null ? {} : { cause }),
    billingDetails: {
      billedMemoryUsedInMB,
      billedDurationInMilliseconds: Math.ceil(tookMs / billedStepMs) * billedStepMs,
    },
  }
}
