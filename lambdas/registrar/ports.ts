/** What the registrar needs from outside. */
import type { RunStore } from '../../run-model/index.ts'

export interface RegistrarPorts {
  readonly store: Pick<RunStore, 'getDag' | 'listDagVersions' | 'putDagVersion' | 'setStale'>
  /** Text of an object in any bucket; null when it does not exist. */
  readonly readObject: (place: { readonly bucket: string; readonly key: string }) => Promise<string | null>
  readonly publishVersion: PublishVersion
  /** Asks the launcher to plan a DAG; returns before it has. */
  readonly requestPlan: (dagId: string) => Promise<void>
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  readonly now: () => number
  /** Hex digest of a text. */
  readonly sha256: (text: string) => string
  /** Notes something that went wrong and will be made good later. */
  readonly warn: (what: string, error: unknown) => void
}

/**
 * Publishes what a state machine is now as a version; the same revision is always the same version. `other_revision`: the
 * machine is not at `revisionId` any more. @returns ARN of the version.
 */
export type PublishVersion = (machine: {
  readonly stateMachineArn: string
  readonly revisionId: string | null
}) => Promise<string | 'other_revision' | 'no_machine'>
