// node server.mjs --scenario FILE --root DIR [--port N] [--journal FILE] [--stdin-lifetime] [--max-seconds N]
//
// A simulated GitHub on 127.0.0.1. Prints {"port":N,"url":"http://127.0.0.1:N"} when it is ready. README.md says the rest.

import {parseArgs} from 'node:util';

import {serve} from './serve.mjs';

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
  const {port, url} = await serve(options);
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
