/**
 * Name and ARN of the execution that belongs to a run. The name is the same whenever it is asked for, so StartExecution
 * is idempotent: same name and same input is the same execution (Step Functions API, StartExecution).
 */
import type { RunRef } from './run.ts'

/**
 * `<DAG id, first 20 characters>-<24 hex digits>-<attempt>`: at most 60 characters, which leaves room for the suffixes of
 * child executions (Step Functions allows 80).
 *
 * @param sha256 hex digest of a text.
 * @param attempt from 1; a run that is cleared gets the next one.
 */
export function executionName(run: RunRef, attempt: number, sha256: (text: string) => string): string {
  const readable = run.dagId.replace(/[^A-Za-z0-9_-]/g, '_').slice(0, 20)
  return `${readable}-${sha256(`${run.dagId}\n${run.runId}`).slice(0, 24)}-${attempt}`
}

/**
 * ARN of an execution from the ARN of the machine or machine version it runs on. Known before the start, so that a run
 * can be recorded as running first: a small DAG is over before an answer to StartExecution is written.
 */
export function executionArn(stateMachineArn: string, name: string): string {
  const [arn, partition, service, region, account, , machine] = stateMachineArn.split(':')
  return [arn, partition, service, region, account, 'execution', machine, name].join(':')
}
