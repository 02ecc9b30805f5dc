/** What `ItemReader` reads has arrived, or has not: the Map Run gets its items, or fails. */
import { stateOf } from '../definition/machine.ts'
import type { Stimulus } from '../execution/decide.ts'
import { childInputs } from './map.ts'
import type { Situation } from './situation.ts'

export async function takeItems(situation: Situation, read: Extract<Stimulus, { kind: 'itemsRead' }>): Promise<void> {
  const { machine, scope, draft } = situation
  const { phase } = scope
  if (phase.kind !== 'mapRun' || phase.reading === null || phase.startedEventId !== read.eventId) return
  if (!read.outcome.ok) {
    draft.event(scope, 'MapRunFailed', { error: 'States.ItemReaderFailed', cause: read.outcome.cause })
    return
  }
  const at = { ...situation, state: stateOf(machine, scope.regionPath, scope.current!.name) }
  const items = (JSON.parse(read.outcome.output) as unknown[]).map((item) => JSON.stringify(item)) // see integrations/read-items.ts
  draft.note(scope, '~ItemsRead', { inputs: await childInputs(at, items) })
}
