/** Modules that no chain and no pair of twins joins any more, and pieces of such a block. */
import type { Module } from './module.ts'
import { edgesOf, type Net } from './net.ts'

export interface Block {
  /** In topological order. */
  readonly modules: readonly Module[]
  /** Indexes into `modules`, ascending. */
  readonly successors: readonly (readonly number[])[]
}

export function blockOf(net: Net): Block {
  const kept = [...net.modules.keys()].filter((node) => net.modules[node])
  kept.sort((a, b) => net.modules[a]!.first - net.modules[b]!.first)
  const index = new Int32Array(net.modules.length)
  kept.forEach((node, i) => {
    index[node] = i
  })
  return {
    modules: kept.map((node) => net.modules[node]!),
    successors: kept.map((node) =>
      edgesOf(net.out, node)
        .map((edge) => index[net.to[edge]!]!)
        .sort((a, b) => a - b),
    ),
  }
}

export function partOf(block: Block, members: readonly number[]): Block {
  const index = new Map(members.map((member, i) => [member, i]))
  return {
    modules: members.map((member) => block.modules[member]!),
    successors: members.map((member) =>
      block.successors[member]!.flatMap((to) => {
        const local = index.get(to)
        return local === undefined ? [] : [local]
      }),
    ),
  }
}
