// node server.mjs --scenario FILE --root DIR [--port N] [--journal FILE] [--stdin-lifetime] [--max-seconds N]
//
// A simulated GitHub on 127.0.0.1. Prints {"port":N,"url":"http://127.0.0.1:N"} when it is ready. README.md says the rest.

import http from 'node:http';
import path from 'node:path';
import {mkdirSync} from 'node:fs';
import {parseArgs} from 'node:util';

import {App} from './app.mjs';
import {Faults} from './faults.mjs';
import {Journal} from './journal.mjs';
import {RateLimits} from './rate-limits.mjs';
import {Tokens} from './tokens.mjs';
import {buildWorld, readScenario} from './scenario.mjs';
import {descriptionFile} from './cache.mjs';
import {loadDescription} from './rest/description.mjs';
import {loadSchema} from './graphql/schema.mjs';

const OPTIONS = {
  scenario: {type: 'string'},
  root: {type: 'string'},
  port: {type: 'string', default: '0'},
  journal: {type: 'string'},
  'stdin-lifetime': {type: 'boolean', default: false},
  'max-seconds': {type: 'string', default: '900'},
};

async function main() {
  const options = readOptions();
  let app = null;
  const server = http.createServer((request, response) => app.handle(request, response));
  const port = await listen(server, Number(options.port));
  const url = `http://127.0.0.1:${port}`;
  app = buildApp(options, url);
  limitLifetime(options);
  console.log(JSON.stringify({port, url}));
}

function readOptions() {
  try {
    const {values} = parseArgs({options: OPTIONS});
    if (!values.scenario || !values.root) {
      throw new Error('--scenario and --root are required');
    }
    return values;
  } catch (error) {
    console.error(`server.mjs: ${error.message}`);
    process.exit(2);
  }
}

function buildApp(options, url) {
  const scenario = readScenario(options.scenario);
  const root = path.resolve(options.root);
  mkdirSync(root, {recursive: true});
  const world = buildWorld(scenario, root, url);
  const tokens = new Tokens(world, scenario.tokens);
  return new App({
    world,
    tokens,
    journal: new Journal(options.journal, (text) => tokens.redact(text)),
    faults: new Faults(scenario.faults),
    rateLimits: new RateLimits(world, scenario.rate_limits),
    schema: loadSchema(),
    api: loadDescription(descriptionFile()),
  });
}

function listen(server, port) {
  return new Promise((resolve, reject) => {
    server.on('error', reject);
    server.listen(port, '127.0.0.1', () => resolve(server.address().port));
  });
}

// A forgotten server must not outlive its test.
function limitLifetime(options) {
  const end = () => process.exit(0);
  process.on('SIGTERM', end);
  process.on('SIGINT', end);
  setTimeout(end, Number(options['max-seconds']) * 1000).unref();
  if (options['stdin-lifetime']) {
    process.stdin.on('end', end);
    process.stdin.on('error', end);
    process.stdin.resume();
  }
}

main().catch((error) => {
  console.error(`server.mjs: ${error.message}`);
  process.exit(1);
});
