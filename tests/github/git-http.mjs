// Git over smart HTTP: each request becomes a run of `git http-backend`, the CGI program that git itself brings along.

import {spawn} from 'node:child_process';

import {GIT_ENVIRONMENT} from './git.mjs';
import {hasRole, canSee} from './permissions.mjs';
import {textAnswer} from './http.mjs';

const GIT_PATH = /^\/([\w.-]+)\/([\w.-]+?)(?:\.git)?\/(info\/refs|git-upload-pack|git-receive-pack)$/;

// What a URL asks of git: {owner, name, endpoint, service}, or null if it is none of git's.
export function parseGitUrl(url) {
  const match = GIT_PATH.exec(url.pathname);
  if (!match) {
    return null;
  }
  const [, owner, name, endpoint] = match;
  const service = endpoint === 'info/refs' ? url.searchParams.get('service') : endpoint;
  return {owner, name, endpoint, service};
}

// The answer that keeps a client out, or null if it may go on.
export function refuseGit(repository, service, {token, bad}) {
  const login = token?.login ?? null;
  const isPush = service === 'git-receive-pack';
  const needsToken = isPush || !repository || repository.isPrivate;
  if (bad || (needsToken && !token)) {
    return textAnswer(401, 'Invalid username or token. Password authentication is not supported for Git operations.\n', {
      'www-authenticate': 'Basic realm="GitHub"',
    });
  }
  if (!repository || !canSee(repository, login)) {
    return textAnswer(404, 'Repository not found.\n');
  }
  if (service !== 'git-upload-pack' && !isPush) {
    return textAnswer(403, 'Please upgrade your git client.\nGitHub.com no longer supports git over dumb-http.\n');
  }
  if (isPush && repository.isArchived) {
    return textAnswer(403, 'This repository was archived so it is read-only.\n');
  }
  if (isPush && (!token.canWrite || !hasRole(repository, login, 'write'))) {
    return textAnswer(403, `Permission to ${repository.fullName}.git denied to ${login}.\n`);
  }
  return null;
}

// Runs the backend. `onHeaders` gets {status, headers}; then `onData` each piece of the body; then the promise ends with
// the number of bytes that came in.
export function runBackend(request, repository, target, {login, onHeaders, onData}) {
  return new Promise((resolve, reject) => {
    const child = spawn('git', ['http-backend'], {env: backendEnvironment(request, repository, target, login)});
    let bytesIn = 0;
    request.on('data', (chunk) => {
      bytesIn += chunk.length;
    });
    request.pipe(child.stdin);
    // The backend stops reading early when it refuses; that is its right.
    child.stdin.on('error', () => {});
    child.stderr.resume();
    splitHeaders(child.stdout, onHeaders, onData);
    child.on('error', reject);
    child.on('close', () => resolve(bytesIn));
  });
}

function backendEnvironment(request, repository, {endpoint, service}, login) {
  return {
    ...GIT_ENVIRONMENT,
    GIT_PROJECT_ROOT: repository.directory,
    GIT_HTTP_EXPORT_ALL: '1',
    PATH_INFO: `/${endpoint}`,
    QUERY_STRING: endpoint === 'info/refs' ? `service=${service}` : '',
    REQUEST_METHOD: request.method,
    CONTENT_TYPE: request.headers['content-type'] ?? '',
    ...(request.headers['content-length'] ? {CONTENT_LENGTH: request.headers['content-length']} : {}),
    HTTP_CONTENT_ENCODING: request.headers['content-encoding'] ?? '',
    GIT_PROTOCOL: request.headers['git-protocol'] ?? '',
    REMOTE_USER: login ?? '',
    REMOTE_ADDR: '127.0.0.1',
  };
}

// A CGI program writes its headers, an empty line, and the body.
function splitHeaders(stream, onHeaders, onData) {
  let head = Buffer.alloc(0);
  let isBody = false;
  stream.on('data', (chunk) => {
    if (isBody) {
      onData(chunk);
      return;
    }
    head = Buffer.concat([head, chunk]);
    const end = head.indexOf('\r\n\r\n');
    if (end < 0) {
      return;
    }
    isBody = true;
    onHeaders(parseHeaders(head.subarray(0, end).toString()));
    if (head.length > end + 4) {
      onData(head.subarray(end + 4));
    }
  });
}

function parseHeaders(text) {
  const headers = {};
  let status = 200;
  for (const line of text.split('\r\n')) {
    const colon = line.indexOf(':');
    const name = line.slice(0, colon).toLowerCase();
    const value = line.slice(colon + 1).trim();
    if (name === 'status') {
      status = Number.parseInt(value, 10);
    } else {
      headers[name] = value;
    }
  }
  return {status, headers};
}
