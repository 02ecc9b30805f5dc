/** `ResultWriter`: where and how the results of a Map Run are written. Source: AWS, "ResultWriter (Map)". */
import { bindingsOf } from '../execution/context.ts'
import type { ResultWriterPlan } from '../execution/entry.ts'
import { evaluateField } from '../execution/evaluate.ts'
import { effectiveInput, fillTemplate } from '../execution/path-fields.ts'
import type { StateSituation } from './situation.ts'

type Fields = Readonly<Record<string, unknown>>

interface ResultWriter {
  readonly Resource?: unknown
  readonly Arguments?: unknown
  readonly Parameters?: unknown
  readonly WriterConfig?: Fields
}

/** Null when the state has no writer. Without `Resource` the results stay in the state's output, in the form that is asked for. */
export async function writerOf(at: StateSituation): Promise<ResultWriterPlan | null> {
  const writer = at.state.json.ResultWriter as ResultWriter | undefined // checked
  if (!writer || Object.keys(writer).length === 0) return null
  const { Bucket, Prefix } = writer.Resource === undefined ? {} : await placeOf(at, writer)
  const { Transformation = 'NONE', OutputType = 'JSON' } = writer.WriterConfig ?? {}
  return {
    bucket: Bucket === undefined ? null : String(Bucket),
    prefix: Prefix === undefined ? '' : String(Prefix),
    transformation: Transformation as ResultWriterPlan['transformation'], // checked
    outputType: OutputType as ResultWriterPlan['outputType'], // checked
  }
}

async function placeOf(at: StateSituation, writer: ResultWriter): Promise<Fields> {
  const { machine, execution, scope, state } = at
  // A template keeps its shape, and both fields are objects in a checked definition.
  if (state.language === 'JSONPath')
    return fillTemplate(at, writer.Parameters ?? {}, JSON.parse(effectiveInput(at))) as Fields
  const location = 'ResultWriter/Arguments'
  return (await evaluateField(machine, state, location, writer.Arguments ?? {}, bindingsOf(execution, scope))) as Fields
}
