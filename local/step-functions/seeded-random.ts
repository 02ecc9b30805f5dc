/** mulberry32: one value in [0, 1) per seed, the same on every machine. AWS's own generator is not published. */
export function seededRandom(seed: number): number {
  const start = (Math.floor(seed) + 0x6d2b79f5) | 0
  let mixed = Math.imul(start ^ (start >>> 15), start | 1)
  mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
  return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
}
