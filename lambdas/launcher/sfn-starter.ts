/** StartExecution of Step Functions behind the launcher's port; the only call of the product that starts an execution. */
import { type SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn'
import type { ExecutionStarter } from './ports.ts'

export function sfnStarter(sfn: SFNClient): ExecutionStarter {
  return {
    async start({ stateMachineVersionArn, name, input }) {
      try {
        // Same name and same input while it runs is the same execution (Step Functions API, StartExecution).
        await sfn.send(
          new StartExecutionCommand({ stateMachineArn: stateMachineVersionArn, name, input: JSON.stringify(input) }),
        )
        return 'started'
      } catch (error) {
        if (!(error instanceof Error)) throw error
        if (error.name === 'ExecutionAlreadyExists') return 'name_taken'
        if (error.name === 'StateMachineDoesNotExist' || error.name === 'StateMachineDeleting') return 'no_machine'
        throw error
      }
    },
  }
}
