// What a query costs, by the formulas of GitHub's documentation. Both count from the arguments, not from the data:
//   requests: one for each connection and each of its parents, every page assumed full; points = requests / 100, at least 1
//   nodes:    the sum over all connections of the product of the page sizes down the path; at most 500,000

import {getNamedType, isAbstractType, valueFromASTUntyped} from 'graphql';

export const MAX_NODES = 500_000;

export function costOf(schema, document, operation, variables) {
  const walk = {
    schema,
    fragments: fragmentsOf(document),
    variables: {...defaultsOf(operation), ...variables},
    requests: 0,
    nodes: 0,
  };
  const root = operation.operation === 'mutation' ? schema.getMutationType() : schema.getQueryType();
  countSelections(walk, operation.selectionSet, root, 1);
  return {points: Math.max(1, Math.round(walk.requests / 100)), requests: walk.requests, nodes: walk.nodes};
}

function fragmentsOf(document) {
  const definitions = document.definitions.filter((definition) => definition.kind === 'FragmentDefinition');
  return new Map(definitions.map((definition) => [definition.name.value, definition]));
}

function defaultsOf(operation) {
  const withDefaults = (operation.variableDefinitions ?? []).filter((definition) => definition.defaultValue);
  return Object.fromEntries(withDefaults.map((definition) => [definition.variable.name.value, valueFromASTUntyped(definition.defaultValue)]));
}

function countSelections(walk, selectionSet, type, parents) {
  for (const selection of selectionSet.selections.filter((candidate) => isIncluded(walk, candidate))) {
    if (selection.kind === 'Field') {
      countField(walk, selection, type, parents);
    } else {
      const fragment = selection.kind === 'FragmentSpread' ? walk.fragments.get(selection.name.value) : selection;
      const condition = fragment.typeCondition ? walk.schema.getType(fragment.typeCondition.name.value) : type;
      countSelections(walk, fragment.selectionSet, condition, parents);
    }
  }
}

function countField(walk, field, type, parents) {
  const definition = type.getFields?.()[field.name.value];
  if (!field.selectionSet || !definition) {
    return;
  }
  const fieldType = getNamedType(definition.type);
  let children = parents;
  if (fieldType.name.endsWith('Connection')) {
    const pageSize = argument(walk, field, 'first') ?? argument(walk, field, 'last') ?? 0;
    walk.requests += parents;
    children = parents * pageSize;
    walk.nodes += children;
  } else if (type.name === 'Query' && field.name.value === 'nodes') {
    children = parents * (argument(walk, field, 'ids') ?? []).length;
  }
  if (fieldType.getFields || isAbstractType(fieldType)) {
    countSelections(walk, field.selectionSet, fieldType, children);
  }
}

function argument(walk, field, name) {
  const node = field.arguments?.find((candidate) => candidate.name.value === name);
  return node ? valueFromASTUntyped(node.value, walk.variables) : undefined;
}

function isIncluded(walk, selection) {
  return (selection.directives ?? []).every((directive) => {
    const condition = valueFromASTUntyped(directive.arguments[0].value, walk.variables);
    if (directive.name.value === 'include') {
      return condition !== false;
    }
    return directive.name.value !== 'skip' || condition !== true;
  });
}
