/**
 * `Bundle` of Airflow's TypeScript SDK: a way to say which DAGs a file defines. Here exporting them is enough, so a bundle
 * only collects; nothing is served, because the compiler and the task Lambda find the DAGs themselves.
 */

import { Dag } from './dag.ts'
import { AuthoringError } from './errors.ts'
import type { TaskFunction } from './task-factory.ts'

export type Registerable = Dag | TaskHandler

/**
 * DAGs that any bundle of this file registered, for `findDags`. A file need not export its bundle, so this is the only
 * trace of one. Every DAG file is loaded with its own copy of this module; nothing is shared between files.
 */
const registered = new Set<Dag>()

export class Bundle {
  /** @throws AuthoringError for anything that is not a `Dag`. */
  constructor(...items: readonly Registerable[]) {
    this.register(...items)
  }

  /** @throws AuthoringError for anything that is not a `Dag`. */
  register(...items: readonly Registerable[]): this {
    for (const item of items) {
      if (!(item instanceof Dag)) throw notADag()
      registered.add(item)
    }
    return this
  }

  /** Resolves at once. */
  async serve(): Promise<void> {}
}

/** In Airflow: the body of a task of a DAG that is written in Python. There is no Python here to bind to. */
export class TaskHandler<TArgs = never, TReturn = unknown> {
  /** @throws AuthoringError always. */
  constructor(dagId: string, taskId: string, _handler: TaskFunction<TArgs, TReturn>) {
    throw new AuthoringError(`new TaskHandler("${dagId}", "${taskId}", …) binds to a DAG written in Python`, {
      why: 'stepdag has no Python side: a DAG and its tasks are written in one TypeScript file',
      fix: `write the DAG here: const dag = new Dag('${dagId}'); dag.task('${taskId}', handler)()`,
    })
  }
}

export const registeredDags = (): readonly Dag[] => [...registered]

function notADag(): AuthoringError {
  return new AuthoringError('bundle.register(…) was given something that is not a Dag', {
    why: 'a bundle holds DAGs',
    fix: "register what new Dag('…') returned",
  })
}
