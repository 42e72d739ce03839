// GitHub's own description of its REST API: finds the operation of a request, and says what is wrong with requests and answers.
// Nothing is compiled before an operation is used for the first time.

import {existsSync, readFileSync} from 'node:fs';
import Ajv from 'ajv';
import addFormats from 'ajv-formats';

export function loadDescription(file) {
  if (!existsSync(file)) {
    throw new Error(`${file} is missing: run "node tests/github/setup.mjs" once`);
  }
  return new Description(JSON.parse(readFileSync(file, 'utf8')));
}

class Description {
  constructor(document) {
    this.document = document;
    allowDeletedForks(document.components.schemas);
    translateNullable(document.paths);
    translateNullable(document.components);
    this.ajv = new Ajv({strict: false, allErrors: true, formats: {'repo.nwo': true, timestamp: true, int64: true}});
    addFormats.default(this.ajv);
    this.ajv.addSchema({$id: 'github', components: document.components});
    this.routes = this.listRoutes();
    this.compiled = new Map();
  }

  // Routes with fewer parameters come first, so that /issues/comments is not taken for /issues/{issue_number}.
  listRoutes() {
    const routes = [];
    for (const [path, item] of Object.entries(this.document.paths)) {
      for (const [method, operation] of Object.entries(item)) {
        routes.push(this.makeRoute(path, method, operation));
      }
    }
    return routes.sort((one, other) => one.names.length - other.names.length);
  }

  makeRoute(path, method, operation) {
    const names = [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]);
    const pattern = path.replaceAll('.', '\\.').replace(/\{(\w+)\}/g, (whole, name) => (MULTI_SEGMENT.includes(name) ? '(.+)' : '([^/]+)'));
    return {
      operationId: operation.operationId,
      method: method.toUpperCase(),
      pattern: new RegExp(`^${pattern}$`),
      names,
      operation,
      parameters: (operation.parameters ?? []).map((parameter) => this.dereference(parameter)),
    };
  }

  dereference(value) {
    if (typeof value?.$ref !== 'string') {
      return value;
    }
    const [, components, kind, name] = value.$ref.split('/');
    return this.dereference(this.document[components][kind][name]);
  }

  // Returns {operationId, route, params}, or null if GitHub has no such operation.
  match(method, path) {
    for (const route of this.routes.filter((candidate) => candidate.method === method)) {
      const match = route.pattern.exec(path);
      if (match) {
        const params = Object.fromEntries(route.names.map((name, index) => [name, decodeURIComponent(match[index + 1])]));
        return {operationId: route.operationId, route, params};
      }
    }
    return null;
  }

  // What is wrong with a request: [{where, name, message}].
  checkRequest({route, params}, query, body) {
    return [...this.checkParameters(route, params, query), ...this.checkBody(route, body)];
  }

  checkParameters(route, params, query) {
    const problems = [];
    for (const parameter of route.parameters.filter(({in: place}) => place === 'path' || place === 'query')) {
      const value = parameter.in === 'path' ? params[parameter.name] : query.get(parameter.name);
      if (value != null && !this.fits(parameter.schema, value)) {
        problems.push({where: parameter.in, name: parameter.name, message: `is not what ${parameter.name} takes`});
      }
    }
    const known = route.parameters.filter((parameter) => parameter.in === 'query').map((parameter) => parameter.name);
    for (const name of query.keys()) {
      if (!known.includes(name)) {
        problems.push({where: 'query', name, message: 'is not a parameter of this operation'});
      }
    }
    if (Number(query.get('per_page') ?? 1) > 100) {
      problems.push({where: 'query', name: 'per_page', message: 'is above 100'});
    }
    return problems;
  }

  // Parameters come as text; the schema may want a number or a boolean.
  fits(schema, text) {
    const readings = [text];
    if (/^-?\d+$/.test(text)) {
      readings.push(Number(text));
    }
    if (text === 'true' || text === 'false') {
      readings.push(text === 'true');
    }
    const validate = this.validator(schema);
    return readings.some((reading) => validate(reading));
  }

  checkBody(route, body) {
    const description = this.dereference(route.operation.requestBody);
    const schema = description?.content?.['application/json']?.schema;
    if (!schema) {
      return [];
    }
    if (body === undefined) {
      return description.required ? [{where: 'body', name: '', message: 'is missing'}] : [];
    }
    const validate = this.validator(schema);
    const problems = validate(body) ? [] : validate.errors.map(describeError);
    const known = this.dereference(schema).properties;
    for (const name of known && body !== null ? Object.keys(body) : []) {
      if (!known[name]) {
        problems.push({where: 'body', name, message: 'is not a field of this operation'});
      }
    }
    return problems;
  }

  // What is wrong with an answer: a list of sentences. Not every refusal is described for every operation.
  checkAnswer({route}, status, json) {
    const given = route.operation.responses[status];
    if (!given) {
      return status >= 400 ? [] : [`status ${status} is not documented`];
    }
    const schema = this.dereference(given).content?.['application/json']?.schema;
    if (!schema) {
      return json === undefined ? [] : [`status ${status} has no body`];
    }
    const validate = this.validator(schema);
    return validate(json) ? [] : validate.errors.slice(0, 10).map((error) => `${error.instancePath || '/'} ${error.message}`);
  }

  validator(schema) {
    if (!this.compiled.has(schema)) {
      this.compiled.set(schema, this.ajv.compile(absolute(schema)));
    }
    return this.compiled.get(schema);
  }
}

// Parameters that may contain slashes.
const MULTI_SEGMENT = ['ref', 'path', 'basehead'];

// "#/components/..." means the description, wherever the schema is compiled.
function absolute(value) {
  if (Array.isArray(value)) {
    return value.map(absolute);
  }
  if (value === null || typeof value !== 'object') {
    return value;
  }
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => {
    const isReference = name === '$ref' && typeof inner === 'string';
    return [name, isReference ? inner.replace(/^#/, 'github#') : absolute(inner)];
  }));
}

// Where the head repository of a pull request is deleted, GitHub answers null, although the description does not say so.
function allowDeletedForks(schemas) {
  for (const name of ['pull-request', 'pull-request-simple']) {
    const {properties} = schemas[name].properties.head;
    for (const field of ['repo', 'user']) {
      properties[field] = {anyOf: [properties[field], {type: 'null'}]};
    }
  }
}

// OpenAPI 3.0 says "nullable" where JSON Schema has a type "null". Changes the description in place.
function translateNullable(value) {
  if (value === null || typeof value !== 'object') {
    return;
  }
  Object.values(value).forEach(translateNullable);
  if (value.nullable !== true) {
    return;
  }
  delete value.nullable;
  if (typeof value.type === 'string') {
    value.type = [value.type, 'null'];
    if (value.enum && !value.enum.includes(null)) {
      value.enum.push(null);
    }
    return;
  }
  const combiner = ['anyOf', 'oneOf', 'allOf'].find((name) => value[name]);
  if (combiner) {
    const inner = {[combiner]: value[combiner]};
    delete value[combiner];
    value.anyOf = [inner, {type: 'null'}];
  }
}

function describeError(error) {
  const name = error.params.missingProperty ?? error.instancePath.replace(/^\//, '').replaceAll('/', '.');
  return {where: 'body', name, message: error.message, isMissing: error.keyword === 'required'};
}
