// Renders templates with mustache.js, without its escaping for HTML. generate.py runs it.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'

const Mustache = createRequire(process.argv[2] + '/package.json')('mustache')
if (Mustache.version !== '4.2.0') throw new Error('mustache.js 4.2.0 is needed')
const { variables, templates } = JSON.parse(readFileSync(0, 'utf8'))
const outcomes = templates.map((template) => {
  try {
    return { outcome: Mustache.render(template, variables, {}, { escape: String }) }
  } catch {
    return { error: true }
  }
})
process.stdout.write(JSON.stringify(outcomes))
