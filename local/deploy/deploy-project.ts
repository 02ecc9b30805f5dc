/**
 * DAG files → deployed DAGs. A file that broke keeps the version it had, a DAG that is gone is removed, and one DAG that
 * cannot be deployed hides no other.
 */
import { resolve } from 'node:path'
import type { CompiledDag, Problem } from '../../dag-compiler/index.ts'
import {
  bundleTask,
  type CompiledProject,
  compileProject,
  gitVersion,
  type ProjectDag,
  type TaskBundle,
} from '../../lambdas/bundle/index.ts'
import type { DagRecord, RunStore } from '../../run-model/index.ts'
import { sha256 } from '../settings.ts'
import { type Deployment, deployDag } from './deploy-dag.ts'

export interface ProjectDeployment extends Deployment {
  readonly projectDir: string
  /** Bundles of task Lambdas. */
  readonly outDir: string
  readonly dagsPath: string
  readonly store: Pick<RunStore, 'listDags' | 'getDag'>
  readonly onDeployed: (dag: DagRecord) => void
  readonly onRemoved: (dagId: string) => void
  /** A DAG whose file broke: the version before goes on. */
  readonly onKept: (dag: DagRecord) => void
}

export interface DeployedProject {
  /** DAGs of the path that can run: deployed now or kept. */
  readonly dagIds: readonly string[]
  readonly problems: readonly Problem[]
  /** Absolute paths to watch. */
  readonly inputs: readonly string[]
}

export interface ProjectDeployer {
  /** What has not changed since the last call is left alone. */
  deploy(): Promise<DeployedProject>
}

/** Bundling is work for a core; two at once keep two cores busy. */
const dagsAtOnce = 2

export function createProjectDeployer(options: ProjectDeployment): ProjectDeployer {
  const deployed = new Map<string, string>()
  return {
    async deploy() {
      const { projectDir, dagsPath: path } = options
      const [project, bundleVersion] = await Promise.all([compileProject({ projectDir, path }), gitVersion(projectDir)])
      const failures: Problem[] = []
      await eachLimited(project.dags, async (dag) => {
        try {
          await deployChanged(options, deployed, { dag, bundleVersion })
        } catch (error) {
          failures.push(notDeployed(dag, error))
        }
      })
      const problems = [...project.problems, ...failures]
      const kept = await settleTheRest(options, project, problems)
      for (const dagId of deployed.keys()) if (!isOf(project, dagId)) deployed.delete(dagId)
      const failed = new Set(failures.map((problem) => problem.where.dag))
      const running = project.dags.map((dag) => dag.compiled.dagId).filter((dagId) => !failed.has(dagId))
      return { dagIds: [...new Set([...running, ...kept])].sort(), problems, inputs: project.inputs }
    },
  }
}

async function deployChanged(
  options: ProjectDeployment,
  deployed: Map<string, string>,
  { dag, bundleVersion }: { readonly dag: ProjectDag; readonly bundleVersion: string | null },
): Promise<void> {
  const { projectDir, outDir, store, onDeployed } = options
  const { compiled } = dag
  const bundle = await bundleTask(dag, { projectDir, outDir, bundleVersion })
  const content = contentOf(compiled, bundle)
  if (deployed.get(compiled.dagId) === content) return
  await deployDag(options, { compiled, bundle })
  const record = await store.getDag(compiled.dagId)
  if (!record) throw new Error(`the registrar answered, but the table has no DAG ${compiled.dagId}`)
  deployed.set(compiled.dagId, content)
  onDeployed(record)
}

/** Everything that makes a version, but not the commit: that changes with any file of the repository. */
function contentOf({ definitionText, children = [] }: CompiledDag, { codeHash, manifest }: TaskBundle): string {
  return sha256(
    JSON.stringify([
      definitionText,
      children.map((child) => child.definitionText),
      codeHash,
      { ...manifest, bundleVersion: null },
    ]),
  )
}

/** @returns DAGs that have no new version but go on with the old one */
async function settleTheRest(
  options: ProjectDeployment,
  project: CompiledProject,
  problems: readonly Problem[],
): Promise<readonly string[]> {
  const errors = problems.filter(({ severity }) => severity === 'error')
  const kept: string[] = []
  for (const record of await options.store.listDags()) {
    if (record.isStale || !isServed(options, record) || isOf(project, record.dagId)) continue
    if (isBroken(record, errors)) {
      kept.push(record.dagId)
      options.onKept(record)
    } else {
      await options.register({ kind: 'remove', dagId: record.dagId })
      options.onRemoved(record.dagId)
    }
  }
  return kept
}

const isOf = (project: CompiledProject, dagId: string): boolean =>
  project.dags.some((dag) => dag.compiled.dagId === dagId)

/** A world of one file neither runs nor removes the DAGs of others. */
function isServed({ projectDir, dagsPath }: ProjectDeployment, { file }: DagRecord): boolean {
  const path = resolve(projectDir, file)
  const root = resolve(projectDir, dagsPath)
  return path === root || path.startsWith(`${root}/`) || path.startsWith(`${root}\\`)
}

/** Its file or itself has an error, or nothing could be read at all: then it is broken, not gone. */
function isBroken({ dagId, file }: DagRecord, errors: readonly Problem[]): boolean {
  return errors.some(({ code, where }) => where.file === file || where.dag === dagId || code === 'path-not-found')
}

function notDeployed({ relativeFile, compiled }: ProjectDag, error: unknown): Problem {
  const reason = error instanceof Error ? `${error.name}: ${error.message}` : String(error)
  return {
    code: 'dag-not-deployed',
    severity: 'error',
    what: `${compiled.dagId} compiles, but the local world could not take it: ${reason}`,
    where: { file: relativeFile, dag: compiled.dagId },
    why: 'a version counts only when code, state machine and record are all in place; the version before stays current',
    fix: 'save the file again to retry; if it repeats, please report the message above',
  }
}

async function eachLimited<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const queue = items.values()
  const takeNext = async () => {
    for (const item of queue) await work(item)
  }
  await Promise.all(Array.from({ length: dagsAtOnce }, takeNext))
}
