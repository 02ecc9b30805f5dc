/** The object that `ItemReader` names has arrived, or has not: the Map Run gets its items, or fails. */
import { stateOf } from '../definition/machine.ts'
import type { Stimulus } from '../execution/decide.ts'
import { itemsOf, type ReaderConfig, readerConfig } from './item-reader.ts'
import { childInputs } from './map.ts'
import type { Situation } from './situation.ts'

export async function takeObject(situation: Situation, read: Extract<Stimulus, { kind: 'itemsRead' }>): Promise<void> {
  const { machine, scope, draft } = situation
  const { phase } = scope
  if (phase.kind !== 'mapRun' || phase.reading === null || phase.startedEventId !== read.eventId) return
  const at = { ...situation, state: stateOf(machine, scope.regionPath, scope.current!.name) }
  const items = read.outcome.ok ? parsed(read.outcome.output, await readerConfig(at)) : read.outcome.cause
  if (typeof items !== 'string') draft.note(scope, '~ItemsRead', { inputs: await childInputs(at, items) })
  else draft.event(scope, 'MapRunFailed', { error: 'States.ItemReaderFailed', cause: items })
}

/** @returns a sentence when the object does not hold items */
function parsed(text: string, config: ReaderConfig): readonly string[] | string {
  try {
    return itemsOf(text, config)
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}
