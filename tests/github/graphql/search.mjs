// search(type: ISSUE): the qualifiers that a client of this project uses. An unknown one is a complaint, not silence.

import {canSee} from '../permissions.mjs';
import {Refusal} from '../refusal.mjs';
import {Page} from './page.mjs';

const MAX_RESULTS = 1000;

const QUALIFIERS = {
  repo: (item, value) => item.repository.fullName.toLowerCase() === value.toLowerCase(),
  is: matchesIs,
  state: (item, value) => matchesIs(item, value),
  // Documented as "branch names beginning with".
  head: (item, value) => item.kind === 'PullRequest' && item.headName.startsWith(value),
  base: (item, value) => item.kind === 'PullRequest' && item.baseName === value,
  label: (item, value) => item.labels.some((label) => label.name.toLowerCase() === value.toLowerCase()),
  author: (item, value, login) => item.author?.toLowerCase() === person(value, login),
  assignee: (item, value, login) => item.assignees.some((assigned) => assigned.toLowerCase() === person(value, login)),
};

export function searchItems(root, {query, type}, context) {
  if (!type.startsWith('ISSUE')) {
    throw new Refusal('UNPROCESSABLE', `the simulation does not search for ${type}`);
  }
  const {qualifiers, words} = parseQuery(query);
  for (const {name} of qualifiers.filter((qualifier) => !QUALIFIERS[qualifier.name])) {
    context.complain(`the simulation does not know the search qualifier ${name}:`);
  }
  const visible = [...context.world.repositories.values()].filter((repository) => canSee(repository, context.login));
  const items = visible.flatMap((repository) => [...repository.items.values()]);
  const found = items.filter((item) => matches(item, qualifiers, words, context.login));
  found.sort((one, other) => other.createdAt.localeCompare(one.createdAt));
  return new Page(found.slice(0, MAX_RESULTS), {extra: {issueCount: found.length}});
}

function parseQuery(query) {
  const qualifiers = [];
  const rest = query.replace(/(-?)([\w-]+):("[^"]*"|\S+)/g, (whole, minus, name, value) => {
    qualifiers.push({name, value: value.replaceAll('"', ''), isNegated: minus === '-'});
    return '';
  });
  return {qualifiers, words: rest.split(/\s+/).filter(Boolean).map((word) => word.replaceAll('"', '').toLowerCase())};
}

function matches(item, qualifiers, words, login) {
  const text = `${item.title}\n${item.body}`.toLowerCase();
  const meets = ({name, value, isNegated}) => {
    const test = QUALIFIERS[name];
    return !test || test(item, value, login) !== isNegated;
  };
  return qualifiers.every(meets) && words.every((word) => text.includes(word));
}

function matchesIs(item, value) {
  switch (value) {
    case 'pr':
      return item.kind === 'PullRequest';
    case 'issue':
      return item.kind === 'Issue';
    case 'open':
      return item.state === 'OPEN';
    case 'closed':
      return item.state !== 'OPEN';
    case 'merged':
      return item.state === 'MERGED';
    case 'unmerged':
      return item.kind === 'PullRequest' && item.state !== 'MERGED';
    default:
      return true;
  }
}

function person(value, login) {
  return (value === '@me' ? login : value.replace(/^app\//, '')).toLowerCase();
}
