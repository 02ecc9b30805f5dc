/**
 * What functions print, appended to `<logsDir>/<functionName>.log`. A full file is kept once as `.log.1`, so that the
 * log of a function never exceeds twice the limit.
 */
import { appendFileSync, mkdirSync, renameSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { FunctionLine } from './lambda-service.ts'

const maxFileBytes = 5 * 1024 * 1024

export interface LogFiles {
  append(line: FunctionLine, at: Date): void
}

/** @param onProblem called once per function whose log cannot be written; the function itself goes on. */
export function openLogFiles(logsDir: string, onProblem: (error: Error) => void): LogFiles {
  mkdirSync(logsDir, { recursive: true })
  const sizes = new Map<string, number>()
  return {
    append({ functionName, requestId, line }, at) {
      const file = join(logsDir, `${functionName}.log`)
      const text = `${at.toISOString()} ${requestId} ${line}\n`
      const size = sizes.get(file) ?? sizeOf(file)
      if (Number.isNaN(size)) return
      try {
        if (size > maxFileBytes) renameSync(file, `${file}.1`)
        appendFileSync(file, text)
        sizes.set(file, (size > maxFileBytes ? 0 : size) + Buffer.byteLength(text))
      } catch (error) {
        sizes.set(file, Number.NaN)
        // Node's file functions throw Errors only.
        onProblem(error as Error)
      }
    },
  }
}

function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0
}
