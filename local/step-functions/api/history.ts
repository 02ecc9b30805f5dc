/** GetExecutionHistory: the log's events in AWS's shape. */
import { detailsMember, type Entry } from '../execution/entry.ts'
import { ApiError, pageOf, type Request, requiredText, seconds } from './api-error.ts'
import { readExecutionArn } from './arns.ts'
import type { Service } from './service.ts'

export function getExecutionHistory(service: Service, request: Request) {
  const arn = requiredText(request, 'executionArn')
  const entries = service.engine.history(readExecutionArn(arn))
  if (!entries) throw new ApiError('ExecutionDoesNotExist', `Execution Does Not Exist: '${arn}'`)
  const events = entries.filter((entry) => entry.id > 0)
  const ordered = request.reverseOrder === true ? events.reverse() : events
  const page = pageOf(ordered, request, 100, 1000)
  return {
    events: page.items.map((entry) => historyEvent(entry, request.includeExecutionData !== false)),
    nextToken: page.nextToken,
  }
}

function historyEvent(entry: Entry, withData: boolean) {
  const member = detailsMember(entry.type)
  return {
    timestamp: seconds(entry.atMs),
    type: entry.type,
    id: entry.id,
    previousEventId: entry.previousId,
    ...(member === null ? {} : { [member]: details(entry, withData) }),
  }
}

/** Payloads come with a note whether they are whole; here they always are. */
function details({ details: given = {} }: Entry, withData: boolean) {
  const { input, output, assignedVariables, ...rest } = given
  return {
    ...rest,
    ...(input === undefined ? {} : { ...(withData ? { input } : {}), inputDetails: { truncated: false } }),
    ...(output === undefined ? {} : { ...(withData ? { output } : {}), outputDetails: { truncated: false } }),
    ...(assignedVariables === undefined
      ? {}
      : { ...(withData ? { assignedVariables } : {}), assignedVariablesDetails: { truncated: false } }),
  }
}
