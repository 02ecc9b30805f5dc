/**
 * What a task's record holds while the task waits: between the pokes of a sensor, for an answer to a task token, for a
 * person. A token never leaves the platform: faces show fields by name, and none of them shows `wait`.
 */
import type { JsonValue } from './json.ts'
import type { TaskInstance } from './task-instance.ts'

/** Since when a sensor pokes. A re-run and a redrive wait anew, retries of a try do not. */
export interface FirstPoke {
  /** RFC 3339. */
  readonly at: string
  /** Execution and redrive it belongs to. */
  readonly of: string
}

/** A state that waits for a token. It stays in the record once answered, so that the answer can be sent again. */
export interface TaskWait {
  /** Names this wait: request id of the invocation that stored the token. Conditions of writes look at it. */
  readonly id: string
  readonly token: string
  /** RFC 3339; when an answer comes too late. Null: no limit of its own. */
  readonly deadline: string | null
  /** Signs of life that the one who works for us must show; absent: none. `at`: the last one. */
  readonly heartbeat?: { readonly seconds: number; readonly at: string }
  /** Set by the write that ended the wait; what is still to be done follows from it and may be repeated. */
  readonly answer?: WaitAnswer
}

export type WaitAnswer = { readonly state: 'success'; readonly value?: JsonValue } | { readonly state: 'failed' }

/** What a person is asked, and what was answered (Airflow's HITL detail). */
export interface HumanRequest {
  readonly subject: string
  readonly body: string | null
  readonly options: readonly string[]
  readonly defaults: readonly string[] | null
  readonly multiple: boolean
  /** Ids of those who may answer; empty: everybody. */
  readonly assignees: readonly string[]
  /** Approval only: what a rejection does. */
  readonly onReject: 'skip' | 'skipAll' | 'fail' | null
  readonly createdAt: string
  /** Null: nobody has answered yet. */
  readonly response: HumanResponse | null
}

export interface HumanResponse {
  readonly chosenOptions: readonly string[]
  readonly paramsInput: Readonly<Record<string, JsonValue>>
  readonly respondedAt: string
  /** Null: the defaults were taken. */
  readonly respondedBy: { readonly id: string; readonly name: string } | null
}

/**
 * Who holds a record, for conditional writes: the invocation with the lease, or the wait. A write that saw one holder
 * never replaces a record of another, so a completion cannot overwrite a newer token.
 */
export const holderOf = ({ lease, wait }: Pick<TaskInstance, 'lease' | 'wait'>): string | undefined =>
  lease?.holder ?? wait?.id
