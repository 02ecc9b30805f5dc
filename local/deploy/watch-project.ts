/** Deploys the project again whenever a DAG file or something it imports changes, one deployment after the other. */
import type { WorldOptions } from '../world.ts'
import type { DeployedProject, ProjectDeployer } from './deploy-project.ts'
import { watchFiles } from './watch-files.ts'

export interface ProjectWatch {
  readonly dagsPath: string
  readonly deployer: ProjectDeployer
  /** Replaced after each deployment. */
  readonly project: { current: DeployedProject }
  readonly report: WorldOptions['report']
  readonly onDeployed: () => void
}

/** @returns ends the watch and waits for a deployment in progress */
export function watchProject({ dagsPath, deployer, project, report, onDeployed }: ProjectWatch): () => Promise<void> {
  const work = { last: Promise.resolve() }
  const redeploy = async () => {
    const before = project.current
    project.current = await deployer.deploy()
    onDeployed()
    files.follow(project.current.inputs)
    if (problemsOf(before) !== problemsOf(project.current)) reportProblems(report, project.current)
  }
  const notTaken = ({ message }: Error) =>
    report({ kind: 'notice', what: `the change was not taken: ${message}`, fix: 'save the file again' })
  const onChange = () => {
    work.last = work.last.then(redeploy).catch(notTaken)
  }
  const files = watchFiles({ dagsPath, onChange })
  files.follow(project.current.inputs)
  return async () => {
    files.close()
    await work.last
  }
}

export function reportProblems(report: WorldOptions['report'], { problems }: DeployedProject): void {
  if (problems.length > 0) report({ kind: 'problems', problems })
}

const problemsOf = ({ problems }: DeployedProject) => JSON.stringify(problems)
