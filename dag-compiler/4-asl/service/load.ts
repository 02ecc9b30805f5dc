/**
 * A load: reads the record of a task whose entry the state data does not hold, and adds it there. A look: reads whether the
 * run is failing (decision 0148). Reads are consistent, so they see what was written before the gate in front of them opened.
 */
import { keys } from '../../../run-model/index.ts'
import { expression } from '../expressions.ts'
import type { AslState } from '../machine.ts'
import type { Failure } from '../states/task.ts'
import { quotedText } from './jsonata-text.ts'

export interface Loaded {
  readonly dagId: string
  readonly taskId: string
  readonly key: string
  /** JSONata of `^run`. */
  readonly run: string
  /** JSONata of the index of the mapped group both tasks are in; absent: none. */
  readonly index?: string
}

/**
 * A task that has not ended adds nothing.
 *
 * @param failure what happens to the reader when the table does not answer; null: the run fails at once
 */
export function loadState({ dagId, taskId, key, run, index }: Loaded, next: string, failure: Failure | null): AslState {
  const { pk, sk } = keys.taskInstance({ dagId, runId: '' }, taskId, -1)
  const record =
    "($t:=$parse($states.result.Item.record.S);$t.state in ['success','failed','skipped','upstream_failed']?"
  const entry = `{${quotedText(key)}:$exists($t.entry)?$t.entry:$t.state}`
  const sortKey = index === undefined ? sk : expression(`${quotedText(sk.slice(0, -'-1'.length))}&${index}`)
  const output = `${record}$merge([$states.input,${entry}]):$states.input)`
  return readState({ pk: expression(`${quotedText(pk)}&${run}.runId`), sk: sortKey, output }, next, failure)
}

/** In a failing run the task's own entry says that it is skipped; otherwise it has none. */
export function lookState(
  { dagId, key, run }: Pick<Loaded, 'dagId' | 'key' | 'run'>,
  next: string,
  failure: Failure | null,
): AslState {
  const { pk, sk } = keys.run({ dagId, runId: '' })
  const output = `$states.result.Item.failing.BOOL?$merge([$states.input,{${quotedText(key)}:'skipped'}]):$states.input`
  return readState({ pk: expression(`${quotedText(pk)}&${run}.runId`), sk, output }, next, failure)
}

interface Read {
  readonly pk: string
  readonly sk: string
  /** Expression. */
  readonly output: string
}

function readState({ pk, sk, output }: Read, next: string, failure: Failure | null): AslState {
  return {
    Type: 'Task',
    Resource: 'arn:aws:states:::aws-sdk:dynamodb:getItem',
    Arguments: { TableName: '${Table}', Key: { pk: { S: pk }, sk: { S: sk } }, ConsistentRead: true },
    // Reading twice changes nothing, so whatever went wrong is tried again: about two minutes in total.
    Retry: [
      { ErrorEquals: ['States.ALL'], IntervalSeconds: 2, MaxAttempts: 6, BackoffRate: 2, JitterStrategy: 'FULL' },
    ],
    ...(failure && { Catch: [{ ErrorEquals: ['States.ALL'], Output: expression(failure.data), Next: failure.next }] }),
    Output: expression(output),
    Next: next,
  }
}
