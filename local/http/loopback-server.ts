/**
 * Servers of the local world: each listens on 127.0.0.1 only and answers only programs on this machine. A web page can
 * make a browser send requests to loopback, so a request that names a foreign origin or host is refused unread.
 */
import type { RequestListener, Server } from 'node:http'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface LoopbackServer {
  /** `http://127.0.0.1:<port>` */
  readonly url: string
  readonly port: number
  close(): Promise<void>
}

/** @param port 0 takes a free one. Rejects with Node's error, e.g. code `EADDRINUSE`. */
export function serveLoopback(listener: RequestListener, port = 0): Promise<LoopbackServer> {
  return listenOnLoopback(createServer(refuseForeign(listener)), port)
}

export function listenOnLoopback(server: Server, port: number): Promise<LoopbackServer> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject)
      // A server that listens on TCP has an AddressInfo; the other types are for pipes.
      const bound = (server.address() as AddressInfo).port
      resolve({ url: `http://127.0.0.1:${bound}`, port: bound, close: () => closeServer(server) })
    })
  })
}

export function refuseForeign(listener: RequestListener): RequestListener {
  return (request, response) => {
    if (isLocalHost(request.headers.host) && request.headers.origin === undefined) return listener(request, response)
    request.resume()
    response.writeHead(403, { 'content-type': 'text/plain' })
    response.end('This server answers programs on this machine, not web pages.\n')
  }
}

function isLocalHost(host: string | undefined): boolean {
  return host !== undefined && /^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/.test(host)
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    // Keep-alive connections of SDK clients would hold the server open.
    server.closeAllConnections()
  })
}
