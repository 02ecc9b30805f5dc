/**
 * `stepdag dev`: the local world, until Ctrl-C. Says where the API is, what is scheduled and what to try, then one line
 * for each start and end of a run and for each line a task prints.
 */
import { relative } from 'node:path'
import { startWorld } from '../../local/index.ts'
import { printProblems } from '../cli-error.ts'
import { createReporter } from '../dev/reporter.ts'
import { welcome } from '../dev/welcome.ts'
import { saying } from '../output/waiting.ts'
import { findPlaces } from '../places.ts'
import type { PlaceOptions } from '../program.ts'
import { forceLater, stopSignal } from '../stop-signal.ts'
import type { Terminal } from '../terminal.ts'

export interface DevOptions extends PlaceOptions {
  readonly port: number
  readonly watch: boolean
}

export async function dev(terminal: Terminal, options: DevOptions): Promise<number> {
  const places = findPlaces(terminal.cwd, options)
  const reporter = createReporter(terminal, () => new Date())
  const { port, watch } = options
  const starting = startWorld({ ...places, port, schedules: true, watch, report: reporter.report })
  const world = await saying(terminal, 'compiling DAGs and starting the local world', starting)
  printProblems(terminal, world.problems)
  terminal.print(
    welcome(terminal, {
      apiUrl: world.apiUrl,
      stateDir: relative(terminal.cwd, places.stateDir) || places.stateDir,
      dags: reporter.started(),
      nowMs: Date.now(),
      isWatching: watch,
    }),
  )
  await stopSignal()
  terminal.note('stopping; open runs go on at the next start (Ctrl-C again: stop at once)')
  forceLater(terminal)
  await world.close()
  return 0
}
