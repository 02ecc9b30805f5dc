/** Graphs of four families in any size, the same on every machine: durations and edges come from a seeded generator. */
import type { CorpusDag } from '../corpus.ts'

export const families = ['chain', 'fan', 'layered', 'montage'] as const
export type Family = (typeof families)[number]

type Edges = (readonly [from: number, to: number])[]

export function graphOf(family: Family, size: number, seed: number): CorpusDag {
  const random = generator(seed)
  const edges = edgesOf[family](size, random)
  return {
    id: `${family}-${size}`,
    tasks: Array.from({ length: size }, (_, i) => ({ id: `task_${i}`, duration_s: 1 + Math.floor(random() * 60) })),
    edges: edges.map(([from, to]) => [`task_${from}`, `task_${to}`]),
  }
}

const edgesOf: Readonly<Record<Family, (size: number, random: () => number) => Edges>> = {
  chain: (size) => Array.from({ length: size - 1 }, (_, i) => [i, i + 1]),
  /** One task, all others but one beside each other, and a last one. */
  fan: (size) =>
    Array.from(
      { length: size - 2 },
      (_, i): Edges => [
        [0, i + 1],
        [i + 1, size - 1],
      ],
    ).flat(),
  /** As many layers as a layer has tasks; each task has one to three upstreams in the layer before. */
  layered(size, random) {
    const width = Math.ceil(Math.sqrt(size))
    const edges = new Map<number, readonly [number, number]>()
    for (let task = width; task < size; task++) {
      const layer = Math.floor(task / width) - 1
      const upstreams = 1 + Math.floor(random() * 3)
      for (let i = 0; i < upstreams; i++) {
        const from = layer * width + Math.floor(random() * width)
        edges.set(from * size + task, [from, task])
      }
    }
    return [...edges.values()]
  },
  /** A mosaic of images: project, compare neighbours, fit, correct each image, add up. Correction also reads the projection. */
  montage(size) {
    const images = Math.floor((size - 6) / 4)
    const overlaps = size - 6 - 2 * images
    const [fit, edges] = [images + overlaps, [] as Edges]
    for (let i = 0; i < overlaps; i++) {
      edges.push([i % images, images + i])
      // A second round compares with the image after next.
      const neighbour = (i + 1 + Math.floor(i / images)) % images
      if (neighbour !== i % images) edges.push([neighbour, images + i])
      edges.push([images + i, fit])
    }
    edges.push([fit, fit + 1])
    for (let i = 0; i < images; i++) edges.push([i, fit + 2 + i], [fit + 1, fit + 2 + i], [fit + 2 + i, size - 4])
    edges.push([size - 4, size - 3], [size - 3, size - 2], [size - 2, size - 1])
    return edges
  },
}

/** Numbers in [0, 1) from a linear congruential generator of period 2³²: even enough for graphs. */
function generator(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}
