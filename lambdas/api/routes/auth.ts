/** `POST /auth/token`: how Airflow's clients log in. Only the local world has it; on AWS the authorizer stands before the API. */
import { createRoute } from '@hono/zod-openapi'
import { LoginBody, LoginResponse, MalformedResponse } from '../contract.ts'
import { body, routes } from './route.ts'

const createToken = createRoute({
  method: 'post',
  path: '/auth/token',
  operationId: 'create_token',
  tags: ['Login'],
  request: { body: body(LoginBody) },
  responses: {
    201: { description: 'A token', content: { 'application/json': { schema: LoginResponse } } },
    422: { description: 'Malformed', content: { 'application/json': { schema: MalformedResponse } } },
  },
})

export const authRoutes = (issueToken: (username: string) => string) =>
  routes().openapi(createToken, (c) => c.json({ access_token: issueToken(c.req.valid('json').username) }, 201))
