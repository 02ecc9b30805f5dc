/** Answers to trigger requests that cannot be met: what, why and what to do instead. One function per code. */
import { didYouMean, type LaunchAnswer, type QueuedRun, type Run } from '../../run-model/index.ts'

type Refused = Extract<LaunchAnswer, { kind: 'refused' }>
const answer = (status: Refused['status'], code: string, detail: string, why: string, fix: string): Refused => ({
  kind: 'refused',
  status,
  code,
  detail,
  why,
  fix,
})

export const refuse = {
  badDate: (name: string, text: string) =>
    answer(
      400,
      'bad-date',
      `${name} ${JSON.stringify(text)} is not a date`,
      'dates are RFC 3339 with a time zone',
      'write it like 2026-03-29T01:30:00Z or 2026-03-29T03:30:00+02:00',
    ),
  badRunId: (runId: string, { why, fix }: { readonly why: string; readonly fix: string }) =>
    answer(400, 'bad-run-id', `run id ${JSON.stringify(runId)} cannot name a manual run`, why, fix),
  confTooLarge: (bytes: number, limit: number) =>
    answer(
      400,
      'conf-too-large',
      `conf has ${bytes} bytes of JSON`,
      `conf and params may have ${limit} bytes together; they are part of the run's record`,
      'put the data in a bucket and pass its address',
    ),
  intervalWithoutDate: () =>
    answer(
      400,
      'interval-without-date',
      'a data interval was given without a logical date',
      'a run without logical date has no data interval',
      'add logical_date, or leave the interval out',
    ),
  logicalDateTaken: (run: QueuedRun, holder: string) =>
    answer(
      409,
      'logical-date-taken',
      `DAG ${run.dagId} already has a run for logical date ${run.logicalDate}: ${holder}`,
      'a DAG has at most one run per logical date',
      `clear run ${holder} to run it again, or trigger without a logical date`,
    ),
  noteTooLong: (characters: number, limit: number) =>
    answer(
      400,
      'note-too-long',
      `note has ${characters} characters`,
      `a note may have ${limit} characters`,
      'shorten the note',
    ),
  removedDag: (dagId: string) =>
    answer(
      409,
      'removed-dag',
      `DAG ${dagId} was removed`,
      'its deployment is gone; only its history is kept',
      'deploy the DAG again, then trigger it',
    ),
  reversedInterval: ({ start, end }: { readonly start: string; readonly end: string }) =>
    answer(
      400,
      'reversed-interval',
      `data interval starts at ${start}, after its end ${end}`,
      'an interval runs from start to end',
      'exchange data_interval_start and data_interval_end',
    ),
  runIdTaken: (run: Run) =>
    answer(
      409,
      'run-id-taken',
      `DAG ${run.dagId} already has a run ${run.runId} (${run.state})`,
      'a run id names one run of a DAG for good',
      'choose another run id, or leave it out',
    ),
  unknownDag: (dagId: string, known: readonly string[]) => {
    const closest = didYouMean(dagId, known)
    const fix = closest
      ? `did you mean ${closest}?`
      : known.length > 0
        ? `known DAGs: ${known.join(', ')}`
        : 'deploy a DAG first'
    return answer(404, 'unknown-dag', `DAG ${dagId} does not exist`, 'no deployment has registered this id', fix)
  },
}
