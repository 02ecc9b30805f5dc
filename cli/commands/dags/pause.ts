/** `stepdag dags pause|unpause`: switches a DAG's schedule off and on. Runs that are open finish either way. */
import { withConnection } from '../../connect.ts'
import { showInstant } from '../../output/time.ts'
import type { OutputOptions, PlaceOptions } from '../../program.ts'
import type { Terminal } from '../../terminal.ts'

export async function setPaused(
  terminal: Terminal,
  dagId: string,
  options: PlaceOptions & OutputOptions & { readonly paused: boolean },
): Promise<number> {
  const dag = await withConnection(terminal, options, ({ api }) => api.setPaused(dagId, options.paused))
  if (options.json) terminal.print(JSON.stringify(dag))
  else if (dag.isPaused) terminal.print(`${dagId} is paused; continue with: stepdag dags unpause ${dagId}`)
  else terminal.print(`${dagId} is not paused; next run: ${showInstant(dag.nextRunAfter)}`)
  return 0
}
