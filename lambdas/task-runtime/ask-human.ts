/**
 * A task that asks a person: its try writes down the question and ends there; the answer comes through the API
 * (semantics §15). Subject and body may be functions of the inputs, which the DAG lists among its handlers.
 */
import type { HumanRequest } from '../../run-model/index.ts'
import type { TaskProgram } from './ports.ts'
import { resolveTaskInputs } from './resolve-task-inputs.ts'
import type { Operate } from './run-try.ts'
import { TaskDeferred } from './task-deferred.ts'
import { definitionOf } from './task-definition.ts'

export const askHuman: Operate = async (ports, program, { running }) => {
  const { options: asked } = definitionOf(program, running.taskId)
  if (asked?.kind !== 'human_input') throw new Error(`Task "${running.taskId}" asks nobody. Please report this bug.`)
  const values = await resolveTaskInputs(ports.store, program, running)
  const text = (part: 'subject' | 'body') => textOf(program, running.taskId, { part, written: asked[part], values })
  const { options, defaults, multiple, assignees, onReject } = asked
  const human: HumanRequest = {
    subject: (await text('subject')) ?? running.taskId,
    body: await text('body'),
    options,
    defaults,
    multiple,
    assignees,
    onReject,
    createdAt: new Date(ports.now()).toISOString(),
    response: null,
  }
  throw new TaskDeferred({ state: 'awaiting_input', human })
}

interface Text {
  readonly part: 'subject' | 'body'
  /** What the DAG file says; null where it has a function, or nothing. */
  readonly written: string | null
  readonly values: Readonly<Record<string, unknown>>
}

async function textOf(program: TaskProgram, taskId: string, { part, written, values }: Text): Promise<string | null> {
  const write = program.dag.handlers.get(`${taskId}#${part}`)
  // The author's function was declared for these inputs.
  if (write) return String(await write(values as never))
  return written
}
