/** Finds the project a command works on: its folder, its DAGs and the state of its local world. */
import { existsSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import type { PlaceOptions } from './program.ts'

export interface Places {
  readonly projectDir: string
  readonly dagsPath: string
  readonly stateDir: string
}

/** Paths given on the command line start at `cwd`, defaults at the project. */
export function findPlaces(cwd: string, { dags, stateDir }: PlaceOptions): Places {
  const projectDir = findProjectDir(cwd)
  return {
    projectDir,
    dagsPath: dags === undefined ? join(projectDir, 'dags') : resolve(cwd, dags),
    stateDir: stateDir === undefined ? join(projectDir, '.stepdag') : resolve(cwd, stateDir),
  }
}

/** The nearest folder upwards with a `package.json`; without one, `cwd` itself. */
export function findProjectDir(cwd: string): string {
  for (let folder = cwd; ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'package.json'))) return folder
    if (folder === dirname(folder)) return cwd
  }
}
