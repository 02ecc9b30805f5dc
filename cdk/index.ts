/** `stepdag/cdk`: the stacks for an author's own CDK app, and `addStepdag`, which is all that most apps need. */
import { join } from 'node:path'
import type { App, Environment } from 'aws-cdk-lib'
import { renderProblem } from '../dag-compiler/index.ts'
import { bundlePlatform, bundleTask, compileProject, gitVersion } from '../lambdas/bundle/index.ts'
import type { JwtIssuer } from './constructs/http-api.ts'
import { sha256 } from './constructs/installed-platform.ts'
import { DagStack } from './dag-stack.ts'
import { PlatformStack } from './platform-stack.ts'

export { DagStack, type DagStackProps } from './dag-stack.ts'
export { PlatformStack, type PlatformStackProps } from './platform-stack.ts'

export interface StepdagOptions {
  /** Folder that DAG paths are relative to. */
  readonly projectDir: string
  /** DAG file or folder of them, relative to `projectDir`. @default 'dags' */
  readonly dags?: string
  /** Word of this installation. @default 'stepdag' */
  readonly platform?: string
  /** @default the account and Region of the deployment (environment-agnostic stacks) */
  readonly env?: Environment
  /** @default 'retain' */
  readonly data?: 'retain' | 'destroy'
  /** @default IAM authorization */
  readonly jwt?: JwtIssuer
  /** Folder for bundles and definitions. @default `.stepdag/cdk` under `projectDir` */
  readonly outDir?: string
}

/**
 * Adds the platform stack and one stack per DAG.
 *
 * @throws Error with every problem rendered when a DAG has errors: a deploy is all or nothing.
 * @example
 * const app = new App()
 * await addStepdag(app, { projectDir: process.cwd() })
 */
export async function addStepdag(
  app: App,
  options: StepdagOptions,
): Promise<{ platform: PlatformStack; dags: readonly DagStack[] }> {
  const { projectDir, platform = 'stepdag', env } = options
  const outDir = options.outDir ?? join(projectDir, '.stepdag', 'cdk')
  const project = await compileProject({ projectDir, path: join(projectDir, options.dags ?? 'dags') })
  const errors = project.problems.filter((problem) => problem.severity === 'error')
  if (errors.length > 0) throw new Error(`\n${errors.map(renderProblem).join('\n\n')}\n`)
  const platformStack = new PlatformStack(app, 'StepdagPlatform', {
    platform,
    bundles: await bundlePlatform({ outDir: join(outDir, 'platform') }),
    ...(options.data && { data: options.data }),
    ...(options.jwt && { jwt: options.jwt }),
    ...(env && { env }),
  })
  const bundleVersion = await gitVersion(projectDir)
  const dags: DagStack[] = []
  for (const dag of project.dags) {
    const bundle = await bundleTask(dag, { projectDir, outDir: join(outDir, 'tasks'), bundleVersion })
    const stack = new DagStack(app, `StepdagDag-${stackSuffix(dag.compiled.dagId)}`, {
      platform,
      compiled: dag.compiled,
      bundle,
      ...(env && { env }),
    })
    stack.addStackDependency(platformStack, 'the DAG registers itself in the run table')
    dags.push(stack)
  }
  return { platform: platformStack, dags }
}

/** Stack names admit letters, digits and `-`. `_` becomes `-`; anything else adds a hash, so that no two ids collide. */
function stackSuffix(dagId: string): string {
  const plain = dagId.replace(/[^A-Za-z0-9]/g, '-').slice(0, 80)
  return /^[A-Za-z0-9_]{1,80}$/.test(dagId) ? plain : `${plain}-${sha256(dagId).slice(0, 8)}`
}
