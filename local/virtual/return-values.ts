/** What a played task returns when nobody says: nothing, an array where others are mapped over it, a yes, a decider's first choice. */
import type { CompiledDag } from '../../dag-compiler/index.ts'
import type { JsonValue } from '../../run-model/index.ts'

export function returnOf(
  dag: CompiledDag,
  taskId: string,
  mapped: number | readonly JsonValue[] | undefined,
): JsonValue | undefined {
  if (mapped !== undefined)
    return typeof mapped === 'number' ? Array.from({ length: mapped }, (_, i) => i) : [...mapped]
  if (dag.authored.tasks.some((task) => task.taskId === taskId && isYes(task))) return true
  const decision = dag.authored.decisions?.find(({ decider }) => decider === taskId)
  switch (decision?.kind) {
    case 'if':
    case 'short_circuit':
      return true
    case 'switch':
      return decision.cases[0] ?? null
    case 'branch':
      return dag.authored.edges.flatMap(([from, to]) => (from === taskId ? [to] : []))
    case undefined:
      return isMappedOver(dag, taskId) ? [0] : undefined
  }
}

/** A sensor that is ready, an answer that lets the run go on. */
const isYes = ({ operator }: CompiledDag['authored']['tasks'][number]): boolean =>
  operator === 'sensor' || operator === 'human_input'

const isMappedOver = ({ wiring }: CompiledDag, taskId: string): boolean =>
  Object.values(wiring.tasks).some((task) => task.mapped?.over.some((key) => wiring.tasks[key]?.taskId === taskId))
