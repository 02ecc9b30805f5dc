/**
 * Makes a deployed DAG the one that starts next: publishes its state machine as a version and switches the DAG record to
 * it in one conditional write. Repeating a registration changes nothing, and one that comes late does not undo a newer one.
 */
import {
  type DagManifest,
  type DagRecord,
  type DagVersion,
  dagVersionDigest,
  objectKeys,
  type RegisterRequest,
} from '../../run-model/index.ts'
import { parseManifest } from './parse-manifest.ts'
import type { RegistrarPorts } from './ports.ts'
import { RegistrationProblem } from './problem.ts'

export interface Registered {
  readonly dagId: string
  readonly version: number
  /** False: this code and structure were registered already, or a newer deployment was. */
  readonly isNew: boolean
}

/** Deployments that race for one version number; each retry sees what the winner wrote. */
const mostAttempts = 5

/** @throws RegistrationProblem for what a person can mend, Error when the table or Step Functions cannot be reached. */
export async function register(
  ports: RegistrarPorts,
  request: RegisterRequest & { readonly kind: 'register' },
): Promise<Registered> {
  const manifest = await readManifest(ports, request.manifest)
  const registered = await record(ports, manifest, request)
  await planSoon(ports, registered.dagId)
  return registered
}

/** History stays; the launcher starts nothing of a removed DAG. Removing it again, or an unknown DAG, changes nothing. */
export async function remove(ports: RegistrarPorts, dagId: string): Promise<void> {
  await ports.store.setStale(dagId)
}

async function readManifest(ports: RegistrarPorts, place: { readonly bucket: string; readonly key: string }) {
  const address = `s3://${place.bucket}/${place.key}`
  const content = await ports.readObject(place)
  if (content !== null) return parseManifest(content, address)
  throw new RegistrationProblem({
    what: `manifest ${address} does not exist`,
    why: 'the registrar reads what a version is from it',
    fix: 'deploy the DAG again; the deployment uploads the manifest before it calls the registrar',
  })
}

async function record(
  ports: RegistrarPorts,
  manifest: DagManifest,
  request: RegisterRequest & { readonly kind: 'register' },
): Promise<Registered> {
  const { dagId } = manifest
  for (let attempt = 1; ; attempt += 1) {
    const dag = await ports.store.getDag(dagId)
    const versions = await ports.store.listDagVersions(dagId)
    if (dag && isOutdated(request, dag, versions)) return { dagId, version: dag.version, isNew: false }
    const stateMachineVersionArn = await publish(ports, request)
    const version = versionOf(ports, manifest, { dag, versions, stateMachineVersionArn, request })
    try {
      await ports.store.putDagVersion(dagOf(ports, manifest, { dag, version: version.version }), version, manifest)
      return { dagId, version: version.version, isNew: !versions.some((known) => known.version === version.version) }
    } catch (error) {
      const isRace = error instanceof Error && error.name === 'DagVersionTaken'
      if (!isRace || attempt === mostAttempts) throw error
    }
  }
}

/** CloudFormation may deliver a request twice; the second time a newer deployment may have come between. */
function isOutdated({ requestId }: { readonly requestId?: string }, dag: DagRecord, versions: readonly DagVersion[]) {
  return (
    requestId !== undefined && versions.some((known) => known.requestId === requestId && known.version < dag.version)
  )
}

/**
 * When CloudFormation rolls back, it repeats the old request with the old revision id, while the restored machine has a
 * new one: then what the machine is now is what the request means.
 */
async function publish(
  ports: RegistrarPorts,
  request: RegisterRequest & { readonly kind: 'register' },
): Promise<string> {
  const { stateMachineArn, stateMachineRevisionId } = request
  const exact = await ports.publishVersion({ stateMachineArn, revisionId: stateMachineRevisionId })
  const published =
    exact === 'other_revision' ? await ports.publishVersion({ stateMachineArn, revisionId: null }) : exact
  if (published !== 'no_machine' && published !== 'other_revision') return published
  throw new RegistrationProblem({
    what: `state machine ${stateMachineArn} does not exist`,
    why: 'runs of this version would have nothing to run on',
    fix: 'deploy the DAG again',
  })
}

interface Known {
  readonly dag: DagRecord | null
  /** Newest first. */
  readonly versions: readonly DagVersion[]
  readonly stateMachineVersionArn: string
  readonly request: { readonly requestId?: string }
}

function versionOf(ports: RegistrarPorts, manifest: DagManifest, known: Known): DagVersion {
  const { dagId, bundleVersion, wiring } = manifest
  const digest = dagVersionDigest(manifest, ports.sha256)
  const same = known.versions.find(
    (version) => version.version >= (known.dag?.version ?? 0) && version.digest === digest,
  )
  return {
    dagId,
    version: same?.version ?? (known.versions[0]?.version ?? 0) + 1,
    digest,
    planHash: wiring.hash,
    bundleVersion,
    stateMachineVersionArn: known.stateMachineVersionArn,
    manifestKey: objectKeys.manifest(dagId, wiring.hash, digest),
    createdAt: same?.createdAt ?? new Date(ports.now()).toISOString(),
    ...(wiring.runValues && { runValues: wiring.runValues }),
    ...(known.request.requestId !== undefined && { requestId: known.request.requestId }),
  }
}

function dagOf(
  ports: RegistrarPorts,
  { dagId, file, schedule, options }: DagManifest,
  { dag, version }: { readonly dag: DagRecord | null; readonly version: number },
): DagRecord {
  const registeredAt = new Date(ports.now()).toISOString()
  return {
    dagId,
    file,
    schedule,
    options,
    isPaused: dag?.isPaused ?? options.isPausedUponCreation,
    isStale: false,
    version,
    registeredAt,
    createdAt: dag?.createdAt ?? registeredAt,
  }
}

/** The DAG is registered by now. If nobody plans it, the next alarm or sweep does. */
async function planSoon(ports: RegistrarPorts, dagId: string): Promise<void> {
  try {
    await ports.requestPlan(dagId)
  } catch (error) {
    ports.warn(`DAG ${dagId} is registered; it is planned at its next alarm or sweep`, error)
  }
}
