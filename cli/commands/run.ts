/**
 * `stepdag run`: one run of a DAG, watched until it ends. Uses the world that `stepdag dev` has open, else one of its own.
 * Ctrl-C ends the watching; the run itself goes on in a running world, or when one is started again.
 */
import type { ApiRun } from '../api-client.ts'
import { hasCode, printProblems } from '../cli-error.ts'
import type { Connection } from '../connect.ts'
import { showDuration } from '../output/time.ts'
import type { OutputOptions, PlaceOptions } from '../program.ts'
import { countTransitions } from '../run/count-transitions.ts'
import type { RunSnapshot } from '../run/follow-run.ts'
import { readConf, readLogicalDate } from '../run/read-request.ts'
import { renderTasks } from '../run/task-table.ts'
import { openLink, watchRun } from '../run/watch-run.ts'
import type { Terminal } from '../terminal.ts'

export interface RunOptions extends PlaceOptions, OutputOptions {
  readonly conf: string
  readonly logicalDate?: string
}

/** Shells report a program that Ctrl-C ended with this code. */
const interruptedExitCode = 130

export async function run(terminal: Terminal, dagId: string, options: RunOptions): Promise<number> {
  const conf = readConf(options.conf)
  const logicalDate =
    options.logicalDate === undefined ? new Date().toISOString() : readLogicalDate(options.logicalDate)
  const link = await openLink(terminal, dagId, options)
  try {
    const started = await trigger(terminal, link.connection, { dagId, conf, logicalDate })
    if (started.state === 'queued') await explainQueue(terminal, link.connection, started)
    const ended = await watchRun(terminal, link, started)
    if (!ended) return interrupted(terminal, started)
    const transitions = await countTransitions(link.connection.stepFunctions, started)
    if (options.json) terminal.print(JSON.stringify(toResult(ended, transitions)))
    else printResult(terminal, ended, transitions)
    return ended.run.state === 'success' ? 0 : 1
  } finally {
    await link.connection.close()
  }
}

/** A DAG that is not there may be in a file that did not compile: then those problems come first. */
async function trigger(
  terminal: Terminal,
  { api, problems }: Connection,
  { dagId, ...request }: { dagId: string } & Parameters<Connection['api']['trigger']>[1],
): Promise<ApiRun> {
  return api.trigger(dagId, request).catch((error) => {
    const errors = problems.filter(({ severity }) => severity === 'error')
    if (hasCode(error, 'unknown-dag') && errors.length > 0) {
      printProblems(terminal, errors)
      terminal.note('')
    }
    throw error
  })
}

/** A queued run waits, and so would whoever started it, without knowing for what. */
async function explainQueue(terminal: Terminal, { api }: Connection, { dagId, runId }: ApiRun): Promise<void> {
  const [{ isPaused }, running, { state }] = await Promise.all([
    api.getDag(dagId),
    api.listRuns({ dagId, state: 'running', limit: 1 }),
    api.getRun(dagId, runId),
  ])
  if (state !== 'queued') return
  if (isPaused) terminal.note(`${dagId} is paused: the run waits until you type: stepdag dags unpause ${dagId}`)
  else if (running.length > 0)
    terminal.note(`${dagId} has as many runs as it may at once: this one starts when one ends`)
  else
    terminal.note(
      'the run could not be started yet and is tried again; logs/stepdag-launcher.log in the state folder says why',
    )
}

function interrupted(terminal: Terminal, { dagId, runId }: ApiRun): number {
  terminal.note(`No longer watching. The run goes on while a world runs (stepdag dev); see it with`)
  terminal.note(`  stepdag runs show ${dagId} ${runId}`)
  return interruptedExitCode
}

function toResult({ run, tasks }: RunSnapshot, transitions: number) {
  const { dagId, runId, state } = run
  const byTask = tasks.map(({ taskId, state, tries, startDate, endDate }) => [
    taskId,
    { state, tries, startDate, endDate },
  ])
  return { dagId, runId, state, tasks: Object.fromEntries(byTask), transitions }
}

function printResult(terminal: Terminal, { run, tasks }: RunSnapshot, transitions: number): void {
  const state = terminal.paint(run.state === 'success' ? 'green' : 'red', run.state)
  const took = showDuration(run.startDate, run.endDate)
  terminal.print(renderTasks(terminal, tasks))
  for (const { taskId, error, state: taskState } of tasks) {
    if (taskState === 'failed' && error) terminal.print(`${taskId}: ${error.name}: ${error.message}`)
  }
  terminal.print(
    `\n${run.dagId} ${run.runId}: ${state} in ${took}, ${transitions} transitions${run.reason ? ` (${run.reason})` : ''}`,
  )
}
