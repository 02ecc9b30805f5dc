/** Every edge of a definition, once: those drawn by arguments in the order of the tasks, then those drawn for order. */
import type { DagDefinition, TaskInput } from '../1-define/dag-definition.ts'

export type Edge = readonly [from: string, to: string]

export function edgesOf({ tasks, edges }: DagDefinition): readonly Edge[] {
  const drawn = tasks.flatMap(({ taskId, inputs }) =>
    Object.values(inputs)
      .flatMap(refsOf)
      .map((from): Edge => [from, taskId]),
  )
  return [...new Map([...drawn, ...edges].map((edge) => [JSON.stringify(edge), edge])).values()]
}

function refsOf(input: TaskInput): readonly string[] {
  if ('ref' in input) return [input.ref]
  return 'all' in input ? input.all.flatMap(refsOf) : []
}
