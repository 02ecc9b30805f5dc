/**
 * Protects a server without passwords from web pages: a page may send requests to 127.0.0.1, under its own name after
 * DNS rebinding, or from its own origin. Programs on this machine send neither a foreign Host nor an Origin.
 */
import { createMiddleware } from 'hono/factory'
import { answerProblem } from './answer-error.ts'
import { foreignHost, foreignOrigin } from './problems.ts'

const loopback = /^(?:127\.0\.0\.1|localhost|\[::1\])(?::\d{1,5})?$/i

/** Middleware for servers that listen on loopback: refuses a foreign `Host` and every other origin with 403. */
export const loopbackOnly = () =>
  createMiddleware(async (c, next) => {
    const host = c.req.header('host') ?? ''
    if (!loopback.test(host)) return answerProblem(c, foreignHost(host))
    const origin = c.req.header('origin')
    if (origin !== undefined && origin.toLowerCase() !== `http://${host.toLowerCase()}`) {
      return answerProblem(c, foreignOrigin(origin))
    }
    if (c.req.header('sec-fetch-site') === 'cross-site') return answerProblem(c, foreignOrigin('another site'))
    await next()
  })
