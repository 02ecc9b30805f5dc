/**
 * `inspectionData`: what the state's data was like between its fields. Each stage is what the state gives when the fields
 * behind it are left out, with the same answer of its task.
 */
import { languageOf } from '../../definition/machine.ts'
import type { Entry } from '../../execution/entry.ts'
import type { Tested } from './read-tested.ts'

type Fields = Readonly<Record<string, unknown>>

/** Runs a state made of parts of the tested one; null when it does not come to an end. */
export type PlayPart = (state: Fields) => Promise<string | null>

export async function inspectState(
  { state, language }: Tested,
  entries: readonly Entry[],
  playPart: PlayPart,
): Promise<Fields> {
  const own = languageOf(state, language)
  const stages = own === 'JSONata' ? jsonataStages(state, entries) : await pathStages(state, entries, playPart)
  return Object.fromEntries(Object.entries(stages).filter(([, text]) => text !== null))
}

function jsonataStages(state: Fields, entries: readonly Entry[]): Readonly<Record<string, string | null>> {
  const variables = entries.findLast(({ details }) => details?.assignedVariables)?.details?.assignedVariables
  const object = variables && Object.entries(variables).map(([name, text]) => `${JSON.stringify(name)}:${text}`)
  return {
    input: entered(entries),
    afterArguments: state.Arguments === undefined ? null : argumentsOf(entries),
    result: resultOf(entries),
    variables: object ? `{${object.join(',')}}` : null,
  }
}

/** A Pass with a Result looks at nothing before it (recorded). */
async function pathStages(state: Fields, entries: readonly Entry[], playPart: PlayPart) {
  const { InputPath, Parameters, Result } = state
  const given = (fields: Fields) =>
    Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined))
  const reads = Result === undefined
  const shapes = ['Task', 'Pass', 'Parallel', 'Map'].includes(String(state.Type))
  const isLeft = entries.at(-1)?.type.endsWith('StateExited') ?? false
  const { ResultPath: _, OutputPath: __, ...selected } = state
  const { OutputPath: ___, ...placed } = state
  return {
    input: entered(entries),
    afterInputPath: reads ? await playPart(given({ Type: 'Pass', InputPath, End: true })) : null,
    afterParameters: reads && shapes ? await playPart(given({ Type: 'Pass', InputPath, Parameters, End: true })) : null,
    result: reads ? resultOf(entries) : JSON.stringify(Result),
    afterResultSelector: shapes && isLeft ? await playPart(selected) : null,
    afterResultPath: shapes && isLeft ? await playPart(placed) : null,
  }
}

const entered = (entries: readonly Entry[]) =>
  entries.find(({ type }) => type.endsWith('StateEntered'))?.details?.input ?? null

function argumentsOf(entries: readonly Entry[]): string | null {
  const scheduled = entries.find(({ type }) => /^(Task|LambdaFunction)Scheduled$|^ParallelStateStarted$/.test(type))
  return scheduled?.details?.parameters ?? scheduled?.details?.input ?? scheduled?.own?.input ?? null
}

function resultOf(entries: readonly Entry[]): string | null {
  const ended = entries.find(({ type }) => /^(Task|LambdaFunction|ParallelState|MapState)Succeeded$/.test(type))
  const outcome = ended?.own?.outcome
  return ended?.details?.output ?? (outcome?.ok ? outcome.output : null)
}
