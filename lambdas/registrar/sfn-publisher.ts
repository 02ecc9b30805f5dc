/** PublishStateMachineVersion of Step Functions behind the registrar's port. */
import { PublishStateMachineVersionCommand, type SFNClient } from '@aws-sdk/client-sfn'
import type { PublishVersion } from './ports.ts'

export function sfnPublisher(sfn: SFNClient): PublishVersion {
  return async ({ stateMachineArn, revisionId }) => {
    try {
      // One version per revision: publishing the same revision again answers the same version (Step Functions API).
      const input = { stateMachineArn, ...(revisionId !== null && { revisionId }) }
      const { stateMachineVersionArn } = await sfn.send(new PublishStateMachineVersionCommand(input))
      if (!stateMachineVersionArn) throw new Error(`publishing a version of ${stateMachineArn} answered no ARN`)
      return stateMachineVersionArn
    } catch (error) {
      if (!(error instanceof Error)) throw error
      if (error.name === 'ConflictException') return 'other_revision'
      if (error.name === 'StateMachineDoesNotExist' || error.name === 'StateMachineDeleting') return 'no_machine'
      throw error
    }
  }
}
