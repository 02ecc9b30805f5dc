/** The definition of one task in the bundle's DAG file. */
import type { TaskDefinition, TaskProgram } from './ports.ts'

export function definitionOf(program: TaskProgram, taskId: string): TaskDefinition {
  const definition = program.dag.definition.tasks.find((task) => task.taskId === taskId)
  if (!definition) throw new Error(`The bundle has no task "${taskId}". Please report this bug.`)
  return definition
}
