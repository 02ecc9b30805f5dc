/** `.stepdag/`: where everything of a local world lives, and whether this process may write there. */
import { accessSync, constants, existsSync, mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { stateDirNotFolder, stateDirNotWritable } from './world-problems.ts'

export interface StateFolder {
  readonly root: string
  readonly worldFile: string
  readonly lockFile: string
  readonly dynamodb: string
  readonly objects: string
  readonly executions: string
  /** Accepted by Lambda, not yet taken by their functions. */
  readonly events: string
  /** Queues, subscriptions and events that were put on the bus. */
  readonly messages: string
  readonly lambda: string
  readonly logs: string
}

/** Makes the folder and its parts. @throws WorldProblem when it is a file or not ours to write */
export function openStateFolder(root: string): StateFolder {
  const folder = statePaths(root)
  for (const path of [
    root,
    folder.dynamodb,
    folder.objects,
    folder.executions,
    folder.events,
    folder.messages,
    folder.lambda,
    folder.logs,
  ]) {
    makeFolder(root, path)
  }
  return folder
}

export function statePaths(root: string): StateFolder {
  const below = (name: string) => join(root, name)
  return {
    root,
    worldFile: below('world.json'),
    lockFile: below('world.lock'),
    dynamodb: below('dynamodb'),
    objects: below('objects'),
    executions: below('executions'),
    events: below('events'),
    messages: below('messages'),
    lambda: below('lambda'),
    logs: below('logs'),
  }
}

/** One folder that a program writes in. @param option names it on the command line */
export function openFolder(path: string, option: string): void {
  makeFolder(path, path, option)
}

function makeFolder(root: string, path: string, option = '--state-dir'): void {
  try {
    makeFolders(path)
    accessSync(path, constants.R_OK | constants.W_OK | constants.X_OK)
    probe(path)
  } catch (error) {
    // Node's file functions throw errors with a code.
    const { code, message } = error as NodeJS.ErrnoException
    if (code === 'EEXIST' || code === 'ENOTDIR') throw stateDirNotFolder(root, nearestOther(path), option)
    throw stateDirNotWritable(root, code === undefined ? message : `${code} at ${path}`, option)
  }
}

/** Permissions alone do not tell: the disk may be full or mounted for reading. */
function probe(path: string): void {
  const file = join(path, `.probe-${process.pid}`)
  writeFileSync(file, '')
  rmSync(file)
}

/** One by one: Node's `recursive` never returns where a file system refuses new folders with ENOENT, as `/proc` does. */
function makeFolders(path: string): void {
  if (!existsSync(path) && path !== dirname(path)) makeFolders(dirname(path))
  try {
    mkdirSync(path)
  } catch (error) {
    // It was there, or another start made it in this moment.
    if (!statSync(path, { throwIfNoEntry: false })?.isDirectory()) throw error
  }
}

/** What is in the way: a file, a device, a socket. */
function nearestOther(path: string): { readonly path: string; readonly isFile: boolean } {
  for (let candidate = path; candidate !== dirname(candidate); candidate = dirname(candidate)) {
    if (!existsSync(candidate)) continue
    const found = statSync(candidate)
    if (!found.isDirectory()) return { path: candidate, isFile: found.isFile() }
  }
  return { path, isFile: false }
}
