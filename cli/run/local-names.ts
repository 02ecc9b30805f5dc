/** Names of a DAG's resources in the local world. They are derived, so no command has to ask for them. */
import { createHash } from 'node:crypto'
import { executionArn, executionName, platformNames, type RunRef } from '../../run-model/index.ts'

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')
const names = platformNames('stepdag', sha256)

/** The local world's account and Region. */
const machines = 'arn:aws:states:us-east-1:000000000000:stateMachine:'

export const taskFunction = (dagId: string): string => names.taskFunction(dagId)

/** ARN of the execution of a run that was never cleared. */
export function firstExecution(run: RunRef): string {
  return executionArn(machines + names.stateMachine(run.dagId), executionName(run, 1, sha256))
}
