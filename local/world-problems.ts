/**
 * What can keep the local world from starting, in alphabetical order of codes: one function per problem, with what to
 * type to make it right. Nothing here deletes or moves a user's data; the fix line says how they can.
 */
import type { Problem } from '../dag-compiler/index.ts'
import { WorldProblem } from './world.ts'

export function dataFolderInUse(dataDir: string, pid: number): WorldProblem {
  return worldProblem({
    code: 'data-folder-in-use',
    what: `process ${pid} keeps executions in ${dataDir}`,
    where: { file: dataDir },
    why: 'two processes that append to one log would damage it',
    fix: `end that one (kill ${pid}), or choose another folder: --data <dir>`,
  })
}

export function portInUse(port: number): WorldProblem {
  return worldProblem({
    code: 'port-in-use',
    what: `port ${port} on 127.0.0.1 is taken by another program`,
    why: 'the HTTP API needs a port of its own',
    fix: `choose another one: --port ${port === 65_535 ? port - 1 : port + 1}, or --port 0 for any free port`,
  })
}

export function portNotAllowed(port: number): WorldProblem {
  return worldProblem({
    code: 'port-not-allowed',
    what: `this user may not listen on port ${port}`,
    why: 'ports below 1024 are for administrators on most systems',
    fix: 'choose a higher one: --port 8080',
  })
}

export function stateDirDamaged(path: string, reason: string): WorldProblem {
  return worldProblem({
    code: 'state-dir-damaged',
    what: `the local world cannot use ${path}: ${oneLine(reason)}`,
    where: { file: path },
    why: 'something else than stepdag put it there or changed it; stepdag never deletes state by itself',
    fix: `move it away and start again: mv ${quoted(path)} ${quoted(`${path}.damaged`)}`,
  })
}

export function stateDirNotFolder(
  stateDir: string,
  found: { path: string; isFile: boolean },
  option = '--state-dir',
): WorldProblem {
  const { path, isFile } = found
  const moveIt = `move the file away: mv ${quoted(path)} ${quoted(`${path}.old`)}${path === stateDir ? '' : ' (the world makes the folder itself)'}`
  return worldProblem({
    code: 'state-dir-not-folder',
    what: `${path} is ${isFile ? 'a file' : 'not a folder'}, and the local world keeps its state in a folder there`,
    where: { file: path },
    why: 'runs, objects and logs live below it',
    // A device or a socket belongs to the system, and so does what an outer path leads through.
    fix: isFile && path.startsWith(stateDir) ? moveIt : `choose another place: ${option} <dir>`,
  })
}

export function stateDirNotWritable(stateDir: string, reason: string, option = '--state-dir'): WorldProblem {
  return worldProblem({
    code: 'state-dir-not-writable',
    what: `the local world cannot write to ${stateDir}: ${reason}`,
    where: { file: stateDir },
    why: 'every run is recorded there before anything else happens',
    fix: `make it yours: chown -R "$(id -un)" ${quoted(stateDir)} && chmod -R u+rwX ${quoted(stateDir)}; or choose another place: ${option} <dir>`,
  })
}

export function storeDamaged(dataDir: string, reason: string): WorldProblem {
  return worldProblem({
    code: 'store-damaged',
    what: `the run table on disk does not open: ${oneLine(reason)}`,
    where: { file: dataDir },
    why: 'its files were changed or cut off by something else than stepdag; stepdag never deletes records by itself',
    fix: `start with an empty table and keep the old one: mv ${quoted(dataDir)} ${quoted(`${dataDir}.damaged`)}`,
  })
}

export function storeLocked(dataDir: string): WorldProblem {
  return worldProblem({
    code: 'store-locked',
    what: 'another process has the run table open',
    where: { file: dataDir },
    why: 'two processes that write one table would damage it',
    fix: `end the other process; to find it: lsof ${quoted(`${dataDir}/LOCK`)}`,
  })
}

export function storeOfOtherVersion(dataDir: string): WorldProblem {
  return worldProblem({
    code: 'store-of-other-version',
    what: 'the run table on disk was made by another version of stepdag',
    where: { file: dataDir },
    why: 'its keys and indexes are not the ones this version reads and writes',
    fix: `start with an empty table and keep the old one: mv ${quoted(dataDir)} ${quoted(`${dataDir}.old`)}`,
  })
}

export function worldAlreadyRunning(stateDir: string, other: { pid: number; apiUrl: string | null }): WorldProblem {
  const place = other.apiUrl === null ? 'it is still starting' : `its API is at ${other.apiUrl}`
  return worldProblem({
    code: 'world-already-running',
    what: `a local world is already running here (process ${other.pid}): ${place}`,
    where: { file: stateDir },
    why: 'two worlds in one folder would run every schedule twice',
    fix: `use that one, or end it: kill ${other.pid}`,
  })
}

function worldProblem(
  problem: Omit<Problem, 'severity' | 'where'> & { readonly where?: Problem['where'] },
): WorldProblem {
  return new WorldProblem({ severity: 'error', where: {}, ...problem })
}

function quoted(path: string): string {
  return /^[\w./@%+=:,-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').slice(0, 300)
}
