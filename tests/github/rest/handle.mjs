// One REST request: checks it against GitHub's description, calls the handler, checks our own answer, adds the headers.

import {createHash} from 'node:crypto';

import {jsonAnswer} from '../http.mjs';
import {canSee} from '../permissions.mjs';
import {Refusal} from '../refusal.mjs';
import {handlers} from './handlers.mjs';

const DOCUMENTATION = 'https://docs.github.com/rest';

// In GitHub's words: {message, errors, documentation_url, status}.
export function errorBody(status, message, errors) {
  return {message, ...(errors ? {errors} : {}), documentation_url: DOCUMENTATION, status: String(status)};
}

export function handleRest(app, request, call) {
  const {login} = call;
  const rateHeaders = () => app.rateLimits.headers(login, 'core');
  if (!call.match) {
    app.rateLimits.charge(login, 'core', 1);
    return jsonAnswer(404, errorBody(404, 'Not Found'), rateHeaders());
  }
  complainOfHeaders(app, request, call);
  const result = answer(app, request, call);
  const complaints = app.api.checkAnswer(call.match, result.status, result.json);
  if (complaints.length > 0) {
    app.journal.complain(`the simulation's own answer to ${call.operation} is wrong`, {n: call.number, status: result.status, problems: complaints});
  }

  const etag = request.method === 'GET' && result.status === 200 ? etagOf(result) : null;
  const isUnchanged = etag !== null && sameEtag(request.headers['if-none-match'], etag);
  // A 304 is free, if the request is authorized.
  if (!(isUnchanged && call.token) && call.operation !== 'rate-limit/get') {
    app.rateLimits.charge(login, 'core', 1);
  }
  const headers = {
    ...rateHeaders(),
    'x-github-media-type': 'github.v3; format=json',
    'x-github-api-version-selected': request.headers['x-github-api-version'] ?? '2022-11-28',
    ...(etag ? {etag} : {}),
    ...result.headers,
  };
  return isUnchanged ? {status: 304, headers, body: ''} : jsonAnswer(result.status, result.json, headers);
}

function complainOfHeaders(app, request, call) {
  for (const name of ['accept', 'x-github-api-version']) {
    const value = request.headers[name];
    if (!value || value === '*/*') {
      app.journal.complain(`${call.operation} was asked without a proper ${name} header`, {n: call.number});
    }
  }
}

// Returns {status, json, headers}.
function answer(app, request, call) {
  const {url, token, login} = call;
  const handler = handlers[call.operation];
  if (!handler) {
    app.journal.complain(`the simulation has no handler for ${call.operation}`, {n: call.number});
    return failure(501, `the simulation has no handler for ${call.operation}`);
  }
  if (call.text !== '' && call.body === undefined) {
    return failure(400, 'Problems parsing JSON');
  }
  const problems = app.api.checkRequest(call.match, url.searchParams, call.body);
  if (problems.length > 0) {
    app.journal.complain(`the request to ${call.operation} is wrong`, {n: call.number, problems});
    return failure(422, 'Validation Failed', problems.map(restError));
  }
  const isWrite = request.method !== 'GET';
  if (!token && (isWrite || call.operation === 'users/get-authenticated')) {
    return failure(401, 'Requires authentication');
  }
  const {params} = call.match;
  const renamed = params.owner && !app.world.repository(params.owner, params.repo) && app.world.renamedRepository(params.owner, params.repo);
  if (renamed) {
    return failure(301, 'Moved Permanently');
  }
  const repository = params.owner ? app.world.repository(params.owner, params.repo) : null;
  if (params.owner && (!repository || !canSee(repository, login))) {
    return failure(404, 'Not Found');
  }
  if (isWrite && !token.canWrite) {
    return failure(403, 'Resource not accessible by personal access token');
  }
  const context = {
    app, world: app.world, rateLimits: app.rateLimits, login, token, repository, params,
    query: url.searchParams, body: call.body ?? {}, path: url.pathname,
  };
  try {
    return handler(context);
  } catch (error) {
    return refusalAnswer(error);
  }
}

function failure(status, message, errors) {
  return {status, json: errorBody(status, message, errors)};
}

function restError({where, name, isMissing}) {
  return {resource: where, field: name, code: isMissing ? 'missing_field' : 'invalid'};
}

function refusalAnswer(error) {
  if (!(error instanceof Refusal)) {
    throw error;
  }
  switch (error.type) {
    case 'NOT_FOUND':
      return failure(404, 'Not Found');
    case 'FORBIDDEN':
      return failure(403, error.message);
    case 'GONE':
      return failure(410, error.message);
    default:
      return failure(422, 'Validation Failed', error.restErrors);
  }
}

function etagOf({json, headers}) {
  const content = JSON.stringify([json, headers?.link]);
  return `W/"${createHash('sha256').update(content).digest('hex')}"`;
}

function sameEtag(given, etag) {
  return given !== undefined && given.replace(/^W\//, '') === etag.replace(/^W\//, '');
}
