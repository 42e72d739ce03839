// What the simulation's own tests share: starting a server, asking it, running git against it.

import {execFile, spawn} from 'node:child_process';
import {mkdtempSync, readFileSync, rmSync} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import {once} from 'node:events';
import {fileURLToPath} from 'node:url';

const here = fileURLToPath(new URL('.', import.meta.url));

function readQuery(name) {
  return readFileSync(path.join(here, 'queries', `${name}.graphql`), 'utf8');
}

const fragments = new Map(readQuery('fragments').split(/^(?=fragment )/m)
  .map((text) => [/^fragment (\w+)/.exec(text)?.[1], text]));

// A document, with the fragments that it uses.
export function queryText(name) {
  const texts = new Set([readQuery(name)]);
  for (const text of texts) {
    for (const [, used] of text.matchAll(/\.\.\.(\w+F)\b/g)) texts.add(fragments.get(used));
  }
  return [...texts].join('\n');
}

export class Sim {
  // Starts a server on one of the scenarios of this folder.
  static async start(scenario) {
    const sim = new Sim();
    sim.directory = mkdtempSync(path.join(os.tmpdir(), 'oompa-sim-'));
    sim.journalFile = path.join(sim.directory, 'journal.jsonl');
    const args = [
      path.join(here, 'server.mjs'),
      '--scenario', path.join(here, 'scenarios', `${scenario}.json`),
      '--root', path.join(sim.directory, 'repositories'),
      '--journal', sim.journalFile,
      '--stdin-lifetime',
      '--max-seconds', '60',
    ];
    sim.process = spawn(process.execPath, args, {stdio: ['pipe', 'pipe', 'inherit']});
    const [line] = await Promise.race([once(sim.process.stdout, 'data'), failWhenEnded(sim.process)]);
    sim.url = JSON.parse(line).url;
    return sim;
  }

  async stop() {
    const ended = once(this.process, 'exit');
    this.process.stdin.end();
    await ended;
    rmSync(this.directory, {recursive: true, force: true});
  }

  async graphql(query, variables = {}, {token = 'ghp_busy_write_token', operationName} = {}) {
    const response = await fetch(`${this.url}/api/graphql`, {
      method: 'POST',
      headers: {authorization: `bearer ${token}`, 'user-agent': 'test'},
      body: JSON.stringify({query, variables, operationName}),
    });
    const text = await response.text();
    return {status: response.status, headers: response.headers, text, ...parse(text)};
  }

  async rest(method, address, body, {token = 'ghp_busy_write_token', headers = {}} = {}) {
    const response = await fetch(`${this.url}/api/v3${address}`, {
      method,
      headers: {
        ...(token ? {authorization: `bearer ${token}`} : {}),
        'user-agent': 'test',
        accept: 'application/vnd.github+json',
        'x-github-api-version': '2022-11-28',
        ...headers,
      },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const text = await response.text();
    return {status: response.status, headers: response.headers, json: parse(text)};
  }

  async control(method, address, body) {
    const response = await fetch(`${this.url}/_sim/${address}`, {method, body: body && JSON.stringify(body)});
    return response.json();
  }

  do(deed) {
    return this.control('POST', 'do', deed);
  }

  state() {
    return this.control('GET', 'state?repo=acme/widgets');
  }

  journal() {
    return readFileSync(this.journalFile, 'utf8').trim().split('\n').map((line) => JSON.parse(line));
  }

  complaints() {
    return this.journal().filter((entry) => entry.complaint);
  }

  gitUrl(token = null, repository = 'acme/widgets') {
    const address = `${this.url}/${repository}.git`;
    return token ? address.replace('http://', `http://x:${token}@`) : address;
  }

  // Runs git in a directory below the test's own. Returns {code, output}; output is both streams together.
  git(args, {cwd = this.directory} = {}) {
    const env = {
      PATH: process.env.PATH, HOME: this.directory, LC_ALL: 'C', GIT_CONFIG_NOSYSTEM: '1', GIT_TERMINAL_PROMPT: '0',
      GIT_AUTHOR_NAME: 'T', GIT_AUTHOR_EMAIL: 't@example.com', GIT_COMMITTER_NAME: 'T', GIT_COMMITTER_EMAIL: 't@example.com',
    };
    return new Promise((resolve) => {
      execFile('git', args, {cwd, env, maxBuffer: 1 << 26}, (error, stdout, stderr) => {
        resolve({code: error ? error.code : 0, output: stdout + stderr});
      });
    });
  }
}

async function failWhenEnded(child) {
  const [code] = await once(child, 'exit');
  throw new Error(`the server ended with status ${code}`);
}

function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
