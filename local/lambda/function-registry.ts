/** Which functions exist. Old versions stay callable: an execution that started on a version keeps its code. */
import type { FunctionVersion } from './function-version.ts'
import { parseFunctionAddress } from './function-version.ts'

export interface FunctionRegistry {
  /** Adds a version. With `current` it becomes what an unqualified name means. */
  put(version: FunctionVersion, options: { readonly current: boolean }): void
  /** By name or ARN; null if there is no such function or version. */
  find(address: string): FunctionVersion | null
  isCurrent(version: FunctionVersion): boolean
}

export function createFunctionRegistry(): FunctionRegistry {
  const versions = new Map<string, FunctionVersion>()
  const current = new Map<string, string>()
  const key = (name: string, version: string) => `${name}:${version}`
  return {
    put(version, options) {
      // The same version again is the same code: warm workers of the first stay good.
      const id = key(version.name, version.version)
      if (!versions.has(id)) versions.set(id, version)
      if (options.current) current.set(version.name, version.version)
    },
    find(address) {
      const { name, qualifier } = parseFunctionAddress(address)
      const version = qualifier ?? current.get(name)
      return version === undefined ? null : (versions.get(key(name, version)) ?? null)
    },
    isCurrent: (version) => current.get(version.name) === version.version,
  }
}
