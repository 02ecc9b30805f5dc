/**
 * Plays the services that service tasks call. A call says which service and action, not which task, so tasks that share an
 * action are played alike; a script for one of them is refused where it could not be told apart.
 */
import type { CompiledDag } from '../../dag-compiler/index.ts'
import type { Played } from './played-program.ts'
import { outcomeOf, secondsOf } from './script.ts'

type CallService = (service: string, action: string) => Promise<unknown>

export function playServices(
  dag: CompiledDag,
  { outcomes, durations }: Pick<Played, 'outcomes' | 'durations'>,
  sleep: (seconds: number) => Promise<void>,
): CallService {
  const taskByResource = new Map<string, string>()
  for (const { taskId, resource } of serviceTasks(dag)) {
    const scripted = [outcomes, durations].some((table) => Object.hasOwn(table, taskId))
    if (scripted && serviceTasks(dag).filter((task) => task.resource === resource).length > 1) throw notAlone(taskId)
    taskByResource.set(resource, taskId)
  }
  const calls = new Map<string, number>()
  return async (service, action) => {
    const resource = plain(`${service}:${action}`)
    const taskId = taskByResource.get(resource) ?? ''
    const call = (calls.get(resource) ?? 0) + 1
    calls.set(resource, call)
    await sleep(secondsOf(durations[taskId], -1, call))
    const outcome = outcomeOf(outcomes[taskId], -1, call)
    if (outcome === 'success') return {}
    if (typeof outcome === 'object' && 'returns' in outcome) return outcome.returns
    const name = typeof outcome === 'object' ? outcome.throws : 'States.TaskFailed'
    throw Object.assign(new Error('as the simulation was told'), { name })
  }
}

/** @throws Error for one that waits for a token: nobody outside has it here. */
function serviceTasks({ dagId, authored }: CompiledDag): readonly { taskId: string; resource: string }[] {
  return authored.tasks.flatMap(({ taskId, options }) => {
    if (options?.kind !== 'service') return []
    if (options.pattern !== 'wait_for_task_token') return [{ taskId, resource: plain(options.resource) }]
    throw new Error(
      `Task "${taskId}" of DAG "${dagId}" waits for a token that a service hands on; simulate has no service to hand it on. ` +
        'Test it on the local world, or replace it by a task for this test.',
    )
  })
}

/** `.sync` and the kind of integration make no difference to what is called. */
const plain = (resource: string): string => resource.replace(/^aws-sdk:/, '').replace(/\.\w+(:2)?$/, '')

const notAlone = (taskId: string): Error =>
  new Error(
    `Task "${taskId}" calls the same action as another task of its DAG, so simulate cannot tell whose outcome or duration is meant. ` +
      'Leave it out: both succeed after a second.',
  )
