/** Where tasks of activities wait for workers, and workers for tasks: first come, first served. It holds places only, no data. */
import type { Clock } from '../clock.ts'
import type { ExecutionKey } from './storage/execution-logs.ts'

export interface WaitingTask {
  readonly key: ExecutionKey
  readonly scopeId: number
  readonly scheduledEventId: number
}

export interface ActivityDesk {
  offer(activityArn: string, task: WaitingTask): void
  /** The task that has waited longest; null when none comes in time. It may be over by then: the engine knows. */
  next(activityArn: string, clock: Clock, longestMs: number): Promise<WaitingTask | null>
}

type Worker = (task: WaitingTask) => void

export function createActivityDesk(): ActivityDesk {
  const tasks = new Map<string, WaitingTask[]>()
  const workers = new Map<string, Set<Worker>>()
  return {
    offer(activityArn, task) {
      const [worker] = workers.get(activityArn) ?? []
      if (worker) worker(task)
      else tasks.set(activityArn, [...(tasks.get(activityArn) ?? []), task])
    },
    next(activityArn, clock, longestMs) {
      const [task, ...rest] = tasks.get(activityArn) ?? []
      if (task) {
        tasks.set(activityArn, rest)
        return Promise.resolve(task)
      }
      return new Promise((resolve) => {
        const waiting = workers.get(activityArn) ?? new Set()
        workers.set(activityArn, waiting)
        const leave = (found: WaitingTask | null) => {
          cancel()
          waiting.delete(leave)
          resolve(found)
        }
        const cancel = clock.alarm(clock.now() + longestMs, () => leave(null))
        waiting.add(leave)
      })
    },
  }
}
