/** What `stepdag dev` says once the world runs: where things are and what to type next. */
import { renderTable } from '../output/table.ts'
import { showInstant, showSeconds } from '../output/time.ts'
import type { Terminal } from '../terminal.ts'
import type { RegisteredDag } from './reporter.ts'

export interface WelcomeFacts {
  readonly apiUrl: string
  readonly stateDir: string
  readonly dags: readonly RegisteredDag[]
  readonly nowMs: number
  /** DAG files are compiled again when they change. */
  readonly isWatching: boolean
}

export function welcome(terminal: Terminal, { apiUrl, stateDir, dags, nowMs, isWatching }: WelcomeFacts): string {
  const lines = ['', `  API    ${terminal.paint('bold', `${apiUrl}/api/v2`)}`, `  State  ${stateDir}`, '']
  if (dags.length === 0) {
    const then = isWatching ? 'one that you save is compiled at once' : 'start again when there is one'
    return [...lines, `No DAG could be compiled yet; ${then}.`].join('\n')
  }
  return [...lines, renderDags(terminal, dags, nowMs), '', ...nextSteps(apiUrl, dags), ''].join('\n')
}

function renderDags(terminal: Terminal, dags: readonly RegisteredDag[], nowMs: number): string {
  const rows = dags.map(({ dagId, version, nextTick }) => [dagId, String(version), nextRun(nextTick, nowMs)])
  return renderTable(terminal, ['DAG', 'version', 'next run'], rows)
}

function nextRun(nextTick: string | null, nowMs: number): string {
  if (nextTick === null) return 'when you start it'
  const seconds = (Date.parse(nextTick) - nowMs) / 1000
  return seconds <= 0 ? 'now' : `${showInstant(nextTick)}, in ${showSeconds(seconds)}`
}

/** A scheduled DAG makes the better example: it has something to show. */
function nextSteps(apiUrl: string, dags: readonly RegisteredDag[]): readonly string[] {
  const dagId = (dags.find(({ nextTick }) => nextTick !== null) ?? dags[0])?.dagId
  return [
    'Try next, in another terminal:',
    `  npx stepdag run ${dagId}`,
    '  npx stepdag runs list',
    `  curl ${apiUrl}/api/v2/dags/${dagId}/dagRuns`,
    'Ctrl-C stops the world; everything it recorded is there at the next start.',
  ]
}
