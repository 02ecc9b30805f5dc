/** The HTTP API on loopback: the same app that runs behind API Gateway on AWS, with a guard against web pages before it. */
import { existsSync, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { getRequestListener } from '@hono/node-server'
import { type Context, Hono } from 'hono'
import { type ApiOptions, createApp, loopbackOnly } from '../../lambdas/api/app.ts'
import { portInUse, portNotAllowed } from '../world-problems.ts'
import { type LoopbackServer, listenOnLoopback } from './loopback-server.ts'

export type LocalApiOptions = Pick<ApiOptions, 'store' | 'launch' | 'tokens' | 'wake' | 'now' | 'health' | 'report'>

/** @param port 0 takes a free one. @throws WorldProblem when the port is taken or not allowed */
export async function serveApi(options: LocalApiOptions, port: number): Promise<LoopbackServer> {
  // Airflow's clients ask for a token first; on loopback any name gets one and nothing checks it.
  const issueToken = (username: string) => `local-${encodeURIComponent(username)}`
  const app = createApp({ ...options, issueToken, userOf: namedUser, version: productVersion() })
  // Handed on whole: hono's own way of joining two apps would lose what this one answers to unknown paths.
  const guarded = new Hono().use(loopbackOnly()).all('*', (c) => app.fetch(c.req.raw))
  const server = createServer(getRequestListener(guarded.fetch))
  return listenOnLoopback(server, port).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'EADDRINUSE') throw portInUse(port)
    if (error.code === 'EACCES') throw portNotAllowed(port)
    throw error
  })
}

/** The name that a caller asked a token for; on loopback it is believed. */
function namedUser(c: Context) {
  const token = /^Bearer local-(.+)$/.exec(c.req.header('authorization') ?? '')?.[1]
  const name = token === undefined ? 'anonymous' : decodeURIComponent(token)
  return { id: name, name }
}

/** From `package.json`, which is one folder further up when this file was compiled to `dist/`. */
function productVersion(): string {
  const places = ['../../package.json', '../../../package.json'].map((path) => new URL(path, import.meta.url))
  const file = places.find((place) => existsSync(place))
  return file ? JSON.parse(readFileSync(file, 'utf8')).version : 'unknown'
}
