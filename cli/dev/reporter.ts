/** Turns what happens in the world into lines for a person. Before the welcome it only collects what was registered. */
import type { WorldEvent } from '../../local/index.ts'
import { printProblems } from '../cli-error.ts'
import { renderNotice } from '../output/notice.ts'
import { readTaskLine } from '../output/task-line.ts'
import { showInstant } from '../output/time.ts'
import type { Terminal } from '../terminal.ts'

export type RegisteredDag = Omit<Extract<WorldEvent, { kind: 'registered' }>, 'kind'>

export interface Reporter {
  readonly report: (event: WorldEvent) => void
  /** Ends the collecting; answers what was registered so far, by DAG id. */
  started(): readonly RegisteredDag[]
}

export function createReporter(terminal: Terminal, now: () => Date): Reporter {
  const registered = new Map<string, RegisteredDag>()
  const phase = { isStarting: true }
  return {
    report(event) {
      if (event.kind === 'registered') registered.set(event.dagId, event)
      if (phase.isStarting && (event.kind === 'registered' || event.kind === 'problems')) return
      const text = describe(terminal, event)
      if (text !== null) terminal.print(`${terminal.paint('dim', now().toISOString().slice(11, 19))} ${text}`)
    },
    started() {
      phase.isStarting = false
      return [...registered.values()].sort((a, b) => (a.dagId < b.dagId ? -1 : 1))
    },
  }
}

/** One line, or null for what is shown in other ways or not at all. */
function describe(terminal: Terminal, event: WorldEvent): string | null {
  switch (event.kind) {
    case 'problems':
      printProblems(terminal, event.problems)
      return null
    case 'notice':
      return renderNotice(event)
    case 'registered':
      return `${event.dagId} version ${event.version}, next run ${showInstant(event.nextTick)}`
    case 'run':
      return `${event.dagId} ${event.runId} ${terminal.paint(stateStyles[event.state], event.state)}`
    case 'log': {
      const { text } = readTaskLine(event.line)
      return text === null ? null : `${terminal.paint('dim', `${shortName(event.functionName)} |`)} ${text}`
    }
  }
}

const stateStyles = { running: 'cyan', success: 'green', failed: 'red' } as const

/** A DAG's own function goes by the DAG's name. */
const shortName = (functionName: string) => functionName.replace(/^stepdag-(task-)?/, '')
