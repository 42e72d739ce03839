// A simulated GitHub on 127.0.0.1, on a port of its own.

import http from 'node:http';
import path from 'node:path';
import {mkdirSync} from 'node:fs';

import {App} from './app.mjs';
import {Faults} from './faults.mjs';
import {Journal} from './journal.mjs';
import {RateLimits} from './rate-limits.mjs';
import {Tokens} from './tokens.mjs';
import {buildWorld, readScenario} from './scenario.mjs';
import {descriptionFile} from './cache.mjs';
import {loadDescription} from './rest/description.mjs';
import {loadSchema} from './graphql/schema.mjs';

let parts = null;

// What all simulations of a process share, as it never changes and takes long to read.
function sharedParts() {
  parts ??= {schema: loadSchema(), api: loadDescription(descriptionFile())};
  return parts;
}

// options: {scenario, root, journal, port}. Returns {port, url, close()}.
export async function serve(options) {
  let app = null;
  const server = http.createServer((request, response) => app.handle(request, response));
  const port = await listen(server, Number(options.port ?? 0));
  const url = `http://127.0.0.1:${port}`;
  const close = () => {
    server.close();
    server.closeAllConnections();
    app?.journal.close();
  };
  try {
    app = buildApp(options, url);
  } catch (error) {
    close();
    throw error;
  }
  return {port, url, close};
}

function listen(server, port) {
  return new Promise((resolve, reject) => {
    server.on('error', reject);
    server.listen(port, '127.0.0.1', () => resolve(server.address().port));
  });
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
    ...sharedParts(),
  });
}
