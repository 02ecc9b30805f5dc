/** A try that runs in Lambda ends when Lambda ends it; only a service that AWS runs may take longer. */
import type { DagDefinition } from '../../1-define/dag-definition.ts'
import { badOption } from '../../problems/catalogue.ts'
import type { Problem } from '../../problems/problem.ts'

/** Lambda quota: 15 minutes per invocation. */
const longestTrySeconds = 900

export function checkExecutionTimeout({ dagId, tasks }: DagDefinition): readonly Problem[] {
  return tasks.flatMap(({ taskId, operator, spec: { executionTimeout } }) => {
    if (operator === 'service' || executionTimeout === null || executionTimeout <= longestTrySeconds) return []
    const expected = `a whole number of seconds, from 1 to ${longestTrySeconds} (limit of Lambda), or null`
    return [
      badOption({ dag: dagId, task: taskId, option: 'executionTimeout', given: String(executionTimeout), expected }),
    ]
  })
}
