/** When two deployments are the same version of a DAG. */
import type { DagManifest } from './dag-manifest.ts'

/**
 * Digest of everything a run depends on: structure, options, source and code. The commit (`bundleVersion`) is left out:
 * a commit that touches other files makes no new version. Key order does not matter.
 *
 * @param sha256 hex digest of a text.
 */
export function dagVersionDigest(manifest: DagManifest, sha256: (text: string) => string): string {
  const { bundleVersion: _, ...rest } = manifest
  return sha256(JSON.stringify(sorted(rest)))
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, part]) => [key, sorted(part)]),
  )
}
