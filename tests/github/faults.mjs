// Faults: what goes wrong on request. A fault says which requests it is for and what happens to them; README.md lists the fields.

import {send, sendPart} from './http.mjs';
import {Refusal} from './refusal.mjs';

const KNOWN_FIELDS = [
  'method', 'path', 'path_regex', 'operation', 'field', 'git', 'nth', 'skip', 'times', 'when',
  'status', 'headers', 'body', 'html', 'delay_ms', 'cut', 'reset', 'graphql_errors', 'refuse', 'stop_after', 'rate_limit', 'retry_after',
];

export class Faults {
  constructor(faults = []) {
    this.active = [];
    this.add(faults);
  }

  // Takes one fault or a list of them.
  add(given) {
    for (const fault of [given].flat()) {
      const unknown = Object.keys(fault).filter((name) => !KNOWN_FIELDS.includes(name));
      if (unknown.length > 0) {
        throw new Error(`unknown field of a fault: ${unknown.join(', ')}`);
      }
      const skip = fault.nth ? fault.nth - 1 : fault.skip ?? 0;
      this.active.push({...fault, toSkip: skip, left: fault.times ?? 1});
    }
  }

  clear() {
    this.active = [];
  }

  // The fault for this request, or null. times: 0 means for ever.
  take(request) {
    for (const fault of this.active.filter((candidate) => matches(candidate, request))) {
      if (fault.toSkip > 0) {
        fault.toSkip -= 1;
        continue;
      }
      fault.left -= 1;
      if (fault.left === 0) {
        this.active = this.active.filter((other) => other !== fault);
      }
      return fault;
    }
    return null;
  }
}

// request: {method, path, operation, fields, git}
function matches(fault, request) {
  const tests = [
    fault.method === undefined || fault.method.toUpperCase() === request.method,
    fault.path === undefined || request.path.startsWith(fault.path),
    fault.path_regex === undefined || new RegExp(fault.path_regex).test(request.path),
    fault.operation === undefined || fault.operation === request.operation,
    fault.field === undefined || (request.fields ?? []).includes(fault.field),
    fault.git === undefined || fault.git === request.git,
  ];
  return tests.every(Boolean);
}

// The answer that a fault puts in the place of the real one, or null if it leaves it as it is.
export function faultyAnswer(fault, rateLimits, call) {
  if (fault === null) {
    return null;
  }
  if (fault.rate_limit === 'primary') {
    return rateLimits.primaryAnswer(call);
  }
  if (fault.rate_limit === 'secondary') {
    return rateLimits.secondaryAnswer(call, fault);
  }
  if (fault.html !== undefined) {
    return {status: fault.status ?? 502, headers: {'content-type': 'text/html', ...fault.headers}, body: fault.html};
  }
  if (fault.status === undefined && fault.body === undefined) {
    return null;
  }
  const status = fault.status ?? 200;
  const body = fault.body ?? {message: `Fault ${status}`};
  return {
    status,
    headers: {'content-type': 'application/json; charset=utf-8', ...fault.headers},
    body: typeof body === 'string' ? body : JSON.stringify(body),
  };
}

// Whether the client will not see the real answer. An answer that is cut short has begun, so its request has taken effect.
export function losesAnswer(fault, replaced) {
  return replaced !== null || fault?.reset === true;
}

// A fault's delay stands where the fault does: before the request takes effect, or after it and before the answer.
export async function applyDelay(fault, moment) {
  if (fault?.delay_ms && (fault.when ?? 'before') === moment) {
    await new Promise((resolve) => {
      setTimeout(resolve, fault.delay_ms);
    });
  }
}

// Sends an answer, or fails to in the way that the fault wants.
export function deliver(response, answer, fault) {
  if (fault?.reset) {
    response.destroy();
  } else if (fault?.cut !== undefined) {
    sendPart(response, answer, fault.cut === true ? undefined : fault.cut);
  } else {
    send(response, answer);
  }
}

// For the journal.
export function describeFault(fault) {
  if (fault === null) {
    return {};
  }
  const {toSkip, left, ...given} = fault;
  return {fault: given};
}

// Keeps a single mutation of a request from taking effect: the one that `refuse` names, or those behind the first `stop_after`.
export function refuseMutation(fault, {name, alias, count}) {
  const refusal = [fault?.refuse ?? []].flat().find(({field}) => field === name || field === alias);
  if (refusal) {
    throw new Refusal(refusal.type ?? 'UNPROCESSABLE', refusal.message);
  }
  if (fault?.stop_after !== undefined && count > fault.stop_after) {
    throw new Refusal('STOPPED', 'the server had stopped by then');
  }
}

// Sets values of a GraphQL answer to null and says so in "errors", as GitHub does with partial results.
export function applyGraphqlErrors(answer, fault) {
  if (!fault?.graphql_errors) {
    return answer;
  }
  const json = JSON.parse(answer.body);
  json.errors ??= [];
  for (const error of fault.graphql_errors) {
    nullOut(json.data, error.path ?? []);
    json.errors.push({locations: [{line: 1, column: 1}], ...error});
  }
  return {...answer, body: JSON.stringify(json)};
}

function nullOut(data, path) {
  let parent = data;
  for (const step of path.slice(0, -1)) {
    parent = parent?.[step];
  }
  if (parent && path.length > 0) {
    parent[path.at(-1)] = null;
  }
}
