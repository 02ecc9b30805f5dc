/**
 * `stepdag run`: one run of a DAG, watched until it ends. Uses the world that `stepdag dev` has open, else one of its own.
 * Ctrl-C ends the watching; the run itself goes on in a running world, or when one is started again.
 */
import type { WorldEvent } from '../../local/index.ts'
import type { ApiRun } from '../api-client.ts'
import { isRefusal } from '../api-request.ts'
import { printProblems } from '../cli-error.ts'
import { type Connection, connect } from '../connect.ts'
import { showDuration } from '../output/time.ts'
import type { OutputOptions, PlaceOptions } from '../program.ts'
import { countTransitions } from '../run/count-transitions.ts'
import { followRun, type RunSnapshot } from '../run/follow-run.ts'
import { type Progress, showProgress } from '../run/progress.ts'
import { readConf, readLogicalDate } from '../run/read-request.ts'
import { renderTasks } from '../run/task-table.ts'
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
  const output = { line: (text: string) => terminal.note(text) }
  const connection = await connect(terminal, options, (event) => reportLog(event, output))
  try {
    const started = await trigger(terminal, connection, { dagId, conf, logicalDate })
    const ended = await watch(terminal, connection, { run: started, output })
    if (!ended) return interrupted(terminal, started)
    const transitions = await countTransitions(connection.stepFunctions, started)
    if (options.json) terminal.print(JSON.stringify(toResult(ended, transitions)))
    else printResult(terminal, ended, transitions)
    return ended.run.state === 'success' ? 0 : 1
  } finally {
    await connection.close()
  }
}

interface Output {
  line: (text: string) => void
}

/** Lines that tasks print. Those of the platform's own functions are in `.stepdag/logs`. */
function reportLog(event: WorldEvent, output: Output): void {
  if (event.kind === 'log' && event.functionName.startsWith('stepdag-task-')) output.line(event.line)
}

/** A DAG that is not there may be in a file that did not compile: then those problems come first. */
async function trigger(
  terminal: Terminal,
  { api, problems }: Connection,
  { dagId, ...request }: { dagId: string } & Parameters<Connection['api']['trigger']>[1],
): Promise<ApiRun> {
  return api.trigger(dagId, request).catch((error) => {
    const errors = problems.filter(({ severity }) => severity === 'error')
    if (isRefusal(error, 'unknown-dag') && errors.length > 0) {
      printProblems(terminal, errors)
      terminal.note('')
    }
    throw error
  })
}

interface Watched {
  readonly run: ApiRun
  readonly output: Output
}

async function watch(terminal: Terminal, { api }: Connection, { run, output }: Watched): Promise<RunSnapshot | null> {
  const interrupt = new AbortController()
  const onSignal = () => interrupt.abort()
  process.once('SIGINT', onSignal).once('SIGTERM', onSignal)
  const first = await api.listTaskInstances(run.dagId, run.runId)
  const progress: Progress = showProgress(terminal, first.length, Date.now)
  output.line = progress.line
  try {
    return await followRun({ api, run, onChange: ({ tasks }) => progress.update(tasks), signal: interrupt.signal })
  } finally {
    progress.end()
    process.off('SIGINT', onSignal).off('SIGTERM', onSignal)
  }
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
