/** dynalite has no types; these are the parts tests use. */

import type { Server } from 'node:http'
import { createRequire } from 'node:module'

export type DynaliteServer = Server
interface DynaliteOptions {
  readonly path?: string
  readonly createTableMs: number
  readonly deleteTableMs: number
  readonly updateTableMs: number
}

export function loadDynalite(): (options: DynaliteOptions) => DynaliteServer {
  return createRequire(import.meta.url)('dynalite')
}
