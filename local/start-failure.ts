/** Why a world did not start → what the user can do about it. */
import { statePaths } from './state-folder.ts'
import { stateDirDamaged, stateDirNotWritable, storeDamaged } from './world-problems.ts'

/** What the parts of a world tell one another about its life. */
export interface Life {
  isStarting: boolean
  closing: Promise<void> | null
  /** Why the run table's thread ended. */
  tableFault: Error | null
}

/** A WorldProblem where the user can mend it; anything else is a bug and stays the error it was. */
export function startFailure(error: unknown, { tableFault }: Life, stateDir: string): unknown {
  // Without its table everything else fails too, in ways that say nothing.
  return tableFault ? storeDamaged(statePaths(stateDir).dynamodb, tableFault.message) : asWorldProblem(error, stateDir)
}

/** Files of ours that the system refuses are the user's to mend; anything else is a bug and stays one. */
function asWorldProblem(error: unknown, stateDir: string): unknown {
  if (!(error instanceof Error) || error.name === 'WorldProblem') return error
  // Node's file functions name the path they failed at.
  const { code, path } = error as NodeJS.ErrnoException
  if (code === undefined || path === undefined || !path.startsWith(stateDir)) return error
  const isDenied = ['EACCES', 'EPERM', 'EROFS', 'ENOSPC', 'EDQUOT'].includes(code)
  return isDenied ? stateDirNotWritable(stateDir, `${code} at ${path}`) : stateDirDamaged(path, code)
}
