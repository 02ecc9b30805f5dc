/**
 * Watches a run on the terminal until it ends. The world may end before it, for instance when it belonged to another
 * command: the run is recorded, so another world takes it up and the watching goes on there.
 */
import type { WorldEvent } from '../../local/index.ts'
import type { ApiRun } from '../api-client.ts'
import { hasCode } from '../cli-error.ts'
import { type Connection, connect, tellNotices } from '../connect.ts'
import { readTaskLine } from '../output/task-line.ts'
import type { PlaceOptions } from '../program.ts'
import type { Terminal } from '../terminal.ts'
import { followRun, type RunSnapshot } from './follow-run.ts'
import { taskFunction } from './local-names.ts'
import { showProgress } from './progress.ts'

/** The connection a command uses now, and where the tasks' lines go. */
export interface Link {
  connection: Connection
  line: (text: string) => void
  reconnect(): Promise<void>
}

export async function openLink(terminal: Terminal, dagId: string, options: PlaceOptions): Promise<Link> {
  const output = { line: (text: string) => terminal.note(text) }
  const tellNotice = tellNotices({ ...terminal, note: (text) => output.line(text) })
  const open = () =>
    connect(terminal, options, (event) => {
      tellNotice(event)
      reportLog(event, dagId, output)
    })
  const link: Link = Object.assign(output, {
    connection: await open(),
    async reconnect() {
      link.connection = await open()
    },
  })
  return link
}

/** What the DAG's own tasks print. Starts and ends of tries are shown as states; the rest is in `.stepdag/logs`. */
function reportLog(event: WorldEvent, dagId: string, output: Pick<Link, 'line'>): void {
  if (event.kind !== 'log' || event.functionName !== taskFunction(dagId)) return
  const line = readTaskLine(event.line)
  if (line.kind === 'text') output.line(line.text)
}

/** Worlds that may end during one run before the command gives up. */
const mostWorlds = 5

/** Answers how the run ended, or null when the user stopped watching. */
export async function watchRun(terminal: Terminal, link: Link, run: ApiRun): Promise<RunSnapshot | null> {
  const interrupt = new AbortController()
  const onSignal = () => interrupt.abort()
  process.once('SIGINT', onSignal).once('SIGTERM', onSignal)
  const tasks = await link.connection.api.listTaskInstances(run.dagId, run.runId)
  const progress = showProgress(terminal, tasks.length, Date.now)
  link.line = progress.line
  const onChange = (snapshot: RunSnapshot) => progress.update(snapshot.tasks)
  try {
    for (let world = 1; ; world++) {
      const watching = followRun({ api: link.connection.api, run, onChange, signal: interrupt.signal })
      const ended = await watching.catch((error) => {
        if (hasCode(error, 'world-gone') && world < mostWorlds) return 'world-gone' as const
        throw error
      })
      if (ended !== 'world-gone') return ended
      await link.connection.close()
      await link.reconnect()
    }
  } finally {
    progress.end()
    process.off('SIGINT', onSignal).off('SIGTERM', onSignal)
  }
}
