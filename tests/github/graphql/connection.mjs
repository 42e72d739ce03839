// Connections: pages of a list, with GitHub's cursors and GitHub's complaints.

import {Refusal} from '../refusal.mjs';

const MAX_PAGE = 100;

// Turns a Page, which is a whole list, into the connection that the arguments ask for.
export function connectionOf({all, extra, edgeFields}, args, info) {
  demandBoundaries(args, info);
  const {start, end} = pageOf(all.length, args);
  const nodes = all.slice(start, end);
  return {
    totalCount: all.length,
    nodes,
    edges: nodes.map((node, index) => ({node, cursor: cursorOf(start + index), ...edgeFields(node)})),
    pageInfo: {
      hasNextPage: end < all.length,
      hasPreviousPage: start > 0,
      startCursor: nodes.length > 0 ? cursorOf(start) : null,
      endCursor: nodes.length > 0 ? cursorOf(end - 1) : null,
    },
    ...extra,
  };
}

function demandBoundaries({first, last}, info) {
  const name = info.fieldName;
  if (first == null && last == null && selectsItems(info)) {
    throw new Refusal('MISSING_PAGINATION_BOUNDARIES',
      `You must provide a \`first\` or \`last\` value to properly paginate the \`${name}\` connection.`);
  }
  for (const [boundary, size] of Object.entries({first, last})) {
    if (size > MAX_PAGE) {
      throw new Refusal('EXCESSIVE_PAGINATION',
        `Requesting ${size} records on the \`${name}\` connection exceeds the \`${boundary}\` limit of ${MAX_PAGE} records.`);
    }
    if (size < 0) {
      throw new Refusal('INVALID_PAGINATION', `\`${boundary}\` on the \`${name}\` connection cannot be less than zero.`);
    }
  }
}

// Counts alone may be asked for without a page size.
function selectsItems(info) {
  const selects = (set) => set.selections.some((selection) => {
    if (selection.kind === 'Field') {
      return selection.name.value === 'nodes' || selection.name.value === 'edges';
    }
    const inner = selection.kind === 'FragmentSpread' ? info.fragments[selection.name.value] : selection;
    return selects(inner.selectionSet);
  });
  return info.fieldNodes.some((node) => node.selectionSet && selects(node.selectionSet));
}

function pageOf(length, {first, last, after, before}) {
  let start = after ? positionOf(after) + 1 : 0;
  let end = before ? Math.min(positionOf(before), length) : length;
  if (first != null) {
    end = Math.min(end, start + first);
  }
  if (last != null) {
    start = Math.max(start, end - last);
  }
  return {start: Math.min(start, length), end: Math.max(end, 0)};
}

function cursorOf(position) {
  return Buffer.from(`cursor:v2:${position}`).toString('base64');
}

function positionOf(cursor) {
  const match = /^cursor:v2:(\d+)$/.exec(Buffer.from(cursor, 'base64').toString());
  if (!match) {
    throw new Refusal('INVALID_CURSOR_ARGUMENTS', `\`${cursor}\` does not appear to be a valid cursor.`);
  }
  return Number(match[1]);
}
