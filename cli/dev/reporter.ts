/** Turns what happens in the world into lines for a person. Before the welcome it only collects what was registered. */
import type { WorldEvent } from '../../local/index.ts'
import { printProblems } from '../cli-error.ts'
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
      printEvent(terminal, event, now)
    },
    started() {
      phase.isStarting = false
      return [...registered.values()].sort((a, b) => (a.dagId < b.dagId ? -1 : 1))
    },
  }
}

function printEvent(terminal: Terminal, event: WorldEvent, now: () => Date): void {
  if (event.kind === 'problems') printProblems(terminal, event.problems)
  else if (event.kind === 'notice')
    terminal.note(`${event.what}${event.fix === null ? '' : `\n  fix     ${event.fix}`}`)
  else terminal.print(`${terminal.paint('dim', now().toISOString().slice(11, 19))} ${describe(terminal, event)}`)
}

function describe(terminal: Terminal, event: Exclude<WorldEvent, { kind: 'problems' | 'notice' }>): string {
  switch (event.kind) {
    case 'registered':
      return `${event.dagId} version ${event.version}, next run ${showInstant(event.nextTick)}`
    case 'run':
      return `${event.dagId} ${event.runId} ${terminal.paint(stateStyles[event.state], event.state)}`
    case 'log':
      return `${terminal.paint('dim', `${shortName(event.functionName)} |`)} ${event.line}`
  }
}

const stateStyles = { running: 'cyan', success: 'green', failed: 'red' } as const

/** A DAG's own function goes by the DAG's name. */
const shortName = (functionName: string) => functionName.replace(/^stepdag-(task-)?/, '')
