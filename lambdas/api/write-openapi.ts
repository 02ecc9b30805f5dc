/** Writes the OpenAPI document to a file, for generators of clients and for the docs. */
import { writeFile } from 'node:fs/promises'
import type { OpenAPIHono } from '@hono/zod-openapi'
import { openApiDocument } from './app.ts'

export async function writeOpenApi(app: OpenAPIHono, version: string, path: string): Promise<void> {
  await writeFile(path, `${JSON.stringify(openApiDocument(app, version), null, 2)}\n`)
}
