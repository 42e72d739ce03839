// node host.mjs [--max-seconds N]
//
// Simulated GitHubs for those who need many: starting one here takes a tenth of the time that a process of its own takes.
// Prints {"port":N,"url":"http://127.0.0.1:N"} when it is ready, and ends with its parent.
//
//     POST /    {"scenario": FILE, "root": DIR, "journal": FILE}, with absolute paths
//
// is answered with the line that server.mjs prints. The simulation lives as long as this answer goes on: until whoever asked
// goes away, or DELETE /PORT, which is answered when nothing listens there any more.

import http from 'node:http';
import {parseArgs} from 'node:util';

import {readBody, send, jsonAnswer} from './http.mjs';
import {serve} from './serve.mjs';

const {values: options} = parseArgs({options: {'max-seconds': {type: 'string', default: '7200'}}});
const simulations = new Map();

async function start(request, response) {
  const {scenario, root, journal} = JSON.parse(await readBody(request));
  const simulation = await serve({scenario, root, journal});
  simulations.set(simulation.port, {...simulation, response});
  response.on('close', () => end(simulation.port));
  response.write(`${JSON.stringify({port: simulation.port, url: simulation.url})}\n`);
}

function end(port) {
  const simulation = simulations.get(port);
  simulations.delete(port);
  simulation?.close();
  simulation?.response.end();
}

async function handle(request, response) {
  try {
    if (request.method === 'DELETE') {
      end(Number(request.url.slice(1)));
      send(response, {status: 204, headers: {}, body: ''});
    } else {
      await start(request, response);
    }
  } catch (error) {
    send(response, jsonAnswer(500, {message: error.message}));
  }
}

function endWithParent() {
  const parent = process.ppid;
  const end = () => process.exit(0);
  process.on('SIGTERM', end);
  setTimeout(end, Number(options['max-seconds']) * 1000).unref();
  setInterval(() => process.ppid === parent || end(), 1000).unref();
}

const server = http.createServer(handle);
server.listen(0, '127.0.0.1', () => {
  endWithParent();
  const {port} = server.address();
  console.log(JSON.stringify({port, url: `http://127.0.0.1:${port}`}));
});
