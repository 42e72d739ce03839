// Executes a client's document against GitHub's schema.

import {execute, getNamedType, getOperationAST, isNonNullType, parse, validate} from 'graphql';

import {refuseMutation} from '../faults.mjs';
import {Refusal} from '../refusal.mjs';
import {MAX_NODES, costOf} from './cost.mjs';
import {connectionOf} from './connection.mjs';
import {describeFailed, describeInvalid} from './errors.mjs';
import {fields} from './fields.mjs';
import {mutations} from './mutations.mjs';
import {Page} from './page.mjs';

// Reads a document without executing it. Returns {document, operation, name, fields}, or {problem} with the answer to give.
export function prepare(schema, body) {
  if (typeof body?.query !== 'string') {
    const message = 'A query attribute must be specified and must be a string.';
    return {problem: {status: 400, json: {message, documentation_url: 'https://docs.github.com/graphql', status: '400'}}};
  }
  let document;
  try {
    document = parse(body.query);
  } catch (error) {
    return {problem: {status: 200, json: {errors: [{locations: error.locations, message: error.message.replace('Syntax Error', 'Parse error')}]}}};
  }
  const operation = getOperationAST(document, body.operationName);
  const described = describeOperation(document, operation);
  const errors = validate(schema, document, undefined, {maxErrors: 100});
  if (errors.length > 0) {
    return {...described, problem: {status: 200, json: {errors: errors.map(describeInvalid)}}};
  }
  if (!operation) {
    const message = body.operationName ? `No operation named "${body.operationName}"` : 'An operation name is required';
    return {...described, problem: {status: 200, json: {errors: [{message}]}}};
  }
  return {document, operation, ...described};
}

// The operation's name and its top-level fields (aliases too), for the journal and for faults.
function describeOperation(document, operation) {
  const selections = operation?.selectionSet.selections ?? [];
  const named = selections.filter((selection) => selection.kind === 'Field');
  const names = named.flatMap((field) => [field.name.value, field.alias?.value]);
  return {
    name: operation?.name?.value ?? null,
    fields: [...new Set(names.filter(Boolean))],
    isMutation: operation?.operation === 'mutation',
  };
}

// Returns {json, points}. `context` is what the resolvers need: world, login, token, rateLimits, complain.
export function run(schema, prepared, body, context) {
  const variables = body.variables ?? {};
  const cost = costOf(schema, prepared.document, prepared.operation, variables);
  if (cost.nodes > MAX_NODES) {
    const message = `This query requests up to ${cost.nodes.toLocaleString('en')} possible nodes which exceeds the maximum limit of ${MAX_NODES.toLocaleString('en')}.`;
    return {json: {data: null, errors: [{type: 'MAX_NODE_LIMIT_EXCEEDED', message}]}, points: 1};
  }
  if (isDryRun(prepared.operation)) {
    return {json: {data: {rateLimit: dryRunAnswer(prepared.operation, {...context, cost})}}, points: 0};
  }
  const result = execute({
    schema,
    document: prepared.document,
    contextValue: {...context, cost, mutationCount: 0},
    variableValues: variables,
    operationName: body.operationName,
    fieldResolver: resolveField,
    typeResolver: (value) => value.kind,
  });
  return {json: shapeResult(result), points: cost.points};
}

function shapeResult({data, errors}) {
  if (data === undefined) {
    return {errors: errors.map(describeInvalid)};
  }
  return errors ? {data, errors: errors.map(describeFailed)} : {data};
}

// With rateLimit(dryRun: true) GitHub answers with the cost and evaluates nothing else.
function isDryRun(operation) {
  const rateLimit = rateLimitField(operation);
  return rateLimit?.arguments.some((argument) => argument.name.value === 'dryRun' && argument.value.value === true) ?? false;
}

function rateLimitField(operation) {
  return operation.selectionSet.selections.find((selection) => selection.name?.value === 'rateLimit');
}

function dryRunAnswer(operation, context) {
  const all = fields.Query.rateLimit(undefined, {}, context);
  const wanted = rateLimitField(operation).selectionSet.selections.map((selection) => selection.name.value);
  return Object.fromEntries(wanted.map((name) => [name, all[name]]));
}

// One resolver for all fields: a function for this type and field, else the property of that name.
function resolveField(source, args, context, info) {
  const type = info.parentType.name;
  const value = type === 'Mutation' ? mutate(info, args, context) : read(source, args, context, info);
  if (value instanceof Page) {
    return connectionOf(value, args, info);
  }
  if (value === undefined) {
    return notModelled(context, info);
  }
  return value;
}

function read(source, args, context, info) {
  const type = info.parentType.name;
  if (context.token?.denied.includes(type) && info.fieldName !== 'id') {
    throw new Refusal('FORBIDDEN', 'Resource not accessible by personal access token');
  }
  const resolver = fields[type]?.[info.fieldName];
  return resolver ? resolver(source, args, context, info) : source?.[info.fieldName];
}

// GitHub stops somewhere after three quarters of a hundred mutations in one request.
const MAX_MUTATIONS = 76;

function mutate(info, {input}, context) {
  const mutation = mutations[info.fieldName];
  if (!mutation) {
    return undefined;
  }
  context.mutationCount += 1;
  if (context.mutationCount > MAX_MUTATIONS) {
    throw new Refusal('RESOURCE_LIMITS_EXCEEDED', 'Resource limits for this query exceeded.');
  }
  if (!context.token.canWrite) {
    throw new Refusal('FORBIDDEN', 'Resource not accessible by personal access token');
  }
  refuseMutation(context.fault, {name: info.fieldName, alias: info.path.key, count: context.mutationCount});
  return {clientMutationId: input.clientMutationId ?? null, ...mutation(input, context)};
}

// Better a complaint than a null that looks like an answer.
function notModelled(context, info) {
  const name = `${info.parentType.name}.${info.fieldName}`;
  context.complain(`the simulation does not know ${name}`);
  if (isNonNullType(info.returnType) || info.parentType.name === 'Mutation') {
    throw new Error(`the simulation does not know ${name}`);
  }
  return getNamedType(info.returnType).name.endsWith('Connection') ? connectionOf(new Page([]), {first: 0}, info) : null;
}
