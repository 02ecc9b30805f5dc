/**
 * The baseline: what compilers emit that put a barrier after every level. A level of one task is a Task, any other a
 * Parallel with a branch per task; a finalizer ends the run as ours does. It carries no state data and no failures.
 */
import { taskIdAt } from '../corpus.ts'

/** @param levels positions of tasks, level by level */
export function barrierMachine(levels: readonly (readonly number[])[]): string {
  const steps = levels.map((tasks, index) => ({
    name: tasks.length === 1 ? taskIdAt(tasks[0]!) : `level:${index}`,
    tasks,
  }))
  const states = steps.map(({ name, tasks }, index) => {
    const target = { Next: steps[index + 1]?.name ?? 'finalize' }
    return [name, tasks.length === 1 ? task(tasks[0]!, target) : parallel(tasks, target)]
  })
  return JSON.stringify({
    QueryLanguage: 'JSONata',
    StartAt: steps[0]!.name,
    States: Object.fromEntries([...states, ['finalize', call('${Finalizer}', { do: 'finalize' }, { End: true })]]),
  })
}

const parallel = (tasks: readonly number[], target: object) => ({
  Type: 'Parallel',
  Arguments: {},
  Branches: tasks.map((position) => ({
    StartAt: taskIdAt(position),
    States: { [taskIdAt(position)]: task(position, { End: true }) },
  })),
  Output: {},
  ...target,
})

const task = (position: number, target: object) => call('${TaskFunction}', { task: taskIdAt(position) }, target)

const call = (FunctionName: string, Payload: object, target: object) => ({
  Type: 'Task',
  Resource: 'arn:aws:states:::lambda:invoke',
  Arguments: { FunctionName, Payload },
  Output: {},
  ...target,
})
