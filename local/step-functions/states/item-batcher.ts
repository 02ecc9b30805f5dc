/** `ItemBatcher`: a child's input is `{"BatchInput": …, "Items": […]}`. Source: AWS, "ItemBatcher (Map)". */
import { bindingsOf } from '../execution/context.ts'
import { evaluateField, StateFailure } from '../execution/evaluate.ts'
import { maxPayloadBytes } from '../execution/limits.ts'
import { effectiveInput, fillTemplate, pathOrValue } from '../execution/path-fields.ts'
import type { StateSituation } from './situation.ts'

type Batcher = Readonly<Record<string, unknown>>

/** @param inputs JSON texts; unchanged when the state has no batcher */
export async function batched(at: StateSituation, inputs: readonly string[]): Promise<readonly string[]> {
  const batcher = at.state.json.ItemBatcher as Batcher | undefined // checked
  if (!batcher) return inputs
  const most = await numberOf(at, batcher, 'MaxItemsPerBatch', Number.POSITIVE_INFINITY)
  const bytes = await numberOf(at, batcher, 'MaxInputBytesPerBatch', maxPayloadBytes)
  const shared = await batchInput(at, batcher)
  const lead = shared === undefined ? '{"Items":[' : `{"BatchInput":${JSON.stringify(shared)},"Items":[`
  return group(inputs, most, bytes - Buffer.byteLength(lead) - 2).map((items) => `${lead}${items.join(',')}]}`)
}

/** A batch is full when one more item would be too many, or too long; a single item that is too long stands alone. */
function group(inputs: readonly string[], most: number, mostBytes: number): string[][] {
  const batches: string[][] = []
  let bytes = 0
  for (const input of inputs) {
    const own = Buffer.byteLength(input) + 1
    const last = batches.at(-1)
    if (last && last.length < most && bytes + own - 1 <= mostBytes) {
      last.push(input)
      bytes += own
    } else {
      batches.push([input])
      bytes = own
    }
  }
  return batches
}

async function batchInput(at: StateSituation, batcher: Batcher): Promise<unknown> {
  const json = batcher.BatchInput
  if (json === undefined) return undefined
  if (at.state.language === 'JSONPath') return fillTemplate(at, json, JSON.parse(effectiveInput(at)))
  return evaluated(at, 'BatchInput', json)
}

async function numberOf(at: StateSituation, batcher: Batcher, name: string, otherwise: number): Promise<number> {
  const json = batcher[name]
  const byPath = at.state.language === 'JSONPath'
  const value = byPath
    ? pathOrValue(at, name, batcher)
    : json === undefined
      ? undefined
      : await evaluated(at, name, json)
  if (value === undefined) return otherwise
  if (typeof value === 'number' && value >= 1) return Math.floor(value)
  const cause = `The field ItemBatcher/${name} must be a positive number but was: ${JSON.stringify(value)}`
  throw new StateFailure(byPath ? 'States.Runtime' : 'States.QueryEvaluationError', cause, `ItemBatcher/${name}`)
}

function evaluated(
  { machine, execution, scope, state }: StateSituation,
  name: string,
  json: unknown,
): Promise<unknown> {
  return evaluateField(machine, state, `ItemBatcher/${name}`, json, bindingsOf(execution, scope))
}
