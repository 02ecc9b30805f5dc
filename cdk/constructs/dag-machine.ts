/** A state machine of a DAG from its compiled text, and a version of it that outlives the next deployment. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { CfnDeletionPolicy } from 'aws-cdk-lib'
import type { Role } from 'aws-cdk-lib/aws-iam'
import type { LogGroup } from 'aws-cdk-lib/aws-logs'
import {
  CfnStateMachineVersion,
  DefinitionBody,
  LogLevel,
  StateMachine,
  StateMachineType,
} from 'aws-cdk-lib/aws-stepfunctions'
import type { Construct } from 'constructs'
import { acknowledge } from './acknowledge.ts'

export interface DagMachineProps {
  readonly name: string
  readonly definitionText: string
  /** By placeholder. */
  readonly values: Readonly<Record<string, string>>
  readonly role: Role
  readonly logs: LogGroup
  /** Folder and name of the file that is uploaded. */
  readonly directory: string
  readonly file: string
}

export function dagMachine(scope: Construct, id: string, props: DagMachineProps): StateMachine {
  const { name, definitionText, values, role, logs, directory, file } = props
  const path = join(directory, `${file}.asl.json`)
  writeFileSync(path, definitionText)
  const machine = new StateMachine(scope, id, {
    stateMachineName: name,
    stateMachineType: StateMachineType.STANDARD,
    definitionBody: DefinitionBody.fromFile(path),
    definitionSubstitutions: { ...values },
    role,
    tracingEnabled: true,
    logs: { destination: logs, level: LogLevel.ERROR, includeExecutionData: false },
  })
  acknowledge(
    machine,
    'AwsSolutions-SF1',
    'every event is in the execution history and every task in the run table; logging all of them again would cost more than the run',
  )
  return machine
}

/** @returns ARN of the version that this deployment publishes; earlier ones stay, because running executions start them. */
export function machineVersion(scope: Construct, id: string, machine: StateMachine): string {
  const version = new CfnStateMachineVersion(scope, id, {
    stateMachineArn: machine.stateMachineArn,
    stateMachineRevisionId: machine.stateMachineRevisionId,
  })
  version.cfnOptions.updateReplacePolicy = CfnDeletionPolicy.RETAIN
  return version.attrArn
}
