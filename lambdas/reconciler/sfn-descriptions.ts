/** DescribeExecution of Step Functions behind the reconciler's port. */
import { DescribeExecutionCommand, type SFNClient } from '@aws-sdk/client-sfn'
import type { ExecutionDescription } from './ports.ts'

export function sfnDescriptions(sfn: SFNClient): (executionArn: string) => Promise<ExecutionDescription | null> {
  return async (executionArn) => {
    try {
      const { status, input, stopDate } = await sfn.send(new DescribeExecutionCommand({ executionArn }))
      return { status: status ?? 'RUNNING', input: input ?? '', stoppedAtMs: stopDate?.getTime() ?? null }
    } catch (error) {
      if (error instanceof Error && error.name === 'ExecutionDoesNotExist') return null
      throw error
    }
  }
}
