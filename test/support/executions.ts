/** Step Functions as the launcher and the reconciler see it: names are idempotent, as the StartExecution API promises. */
import type { ExecutionStarter } from '../../lambdas/launcher/ports.ts'
import { executionArn } from '../../run-model/index.ts'

interface FakeExecution {
  readonly arn: string
  readonly name: string
  readonly stateMachineVersionArn: string
  readonly input: string
  status: 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED'
}

export interface FakeExecutions extends ExecutionStarter {
  /** In order of their start. */
  readonly all: readonly FakeExecution[]
  /** State machine versions that do not exist. */
  readonly missingMachines: Set<string>
  describe(arn: string): Promise<{ status: FakeExecution['status']; input: string } | null>
}

export function fakeExecutions(): FakeExecutions {
  const all: FakeExecution[] = []
  const missingMachines = new Set<string>()
  return {
    all,
    missingMachines,
    async start({ stateMachineVersionArn, name, input }) {
      if (missingMachines.has(stateMachineVersionArn)) return 'no_machine'
      const arn = executionArn(stateMachineVersionArn, name)
      const text = JSON.stringify(input)
      const known = all.find((execution) => execution.arn === arn)
      if (known) return known.status === 'RUNNING' && known.input === text ? 'started' : 'name_taken'
      all.push({ arn, name, stateMachineVersionArn, input: text, status: 'RUNNING' })
      return 'started'
    },
    async describe(arn) {
      const known = all.find((execution) => execution.arn === arn)
      return known ? { status: known.status, input: known.input } : null
    },
  }
}
