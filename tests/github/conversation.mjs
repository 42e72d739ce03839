// What happens on issues and on the conversation of pull requests. Used alike by GraphQL mutations, by REST handlers, by
// the control calls and by the scenario. `actor` is a login, or null for a deleted account; `at` a time, or nothing for now.

import {unprocessable} from './refusal.mjs';
import {mentions} from './references.mjs';
import {isCollaborator} from './permissions.mjs';

const MAX_BODY = 65_536;
const MAX_TITLE = 256;

export function demandBody(body, resource) {
  if ([...(body ?? '')].length > MAX_BODY) {
    const complaint = `is too long (maximum is ${MAX_BODY} characters)`;
    throw unprocessable(`Body ${complaint}`, {resource, field: 'body', code: 'custom', message: `body ${complaint}`});
  }
}

function demandTitle(title, resource) {
  if ((title ?? '').trim() === '') {
    throw unprocessable("Title can't be blank", {resource, field: 'title', code: 'missing_field'});
  }
  if ([...title].length > MAX_TITLE) {
    const complaint = `is too long (maximum is ${MAX_TITLE} characters)`;
    throw unprocessable(`Title ${complaint}`, {resource, field: 'title', code: 'custom', message: `title ${complaint}`});
  }
}

// Every change moves updatedAt, by a second at least, so that two changes within one second can be told apart.
export function touch(item, at) {
  const before = item.updatedAt ? Date.parse(item.updatedAt) : 0;
  const now = Date.parse(at);
  item.updatedAt = now > before ? at : new Date(before + 1000).toISOString().replace('.000Z', 'Z');
}

export function addEvent(world, item, type, actor, fields = {}, at = world.time()) {
  const event = world.register({kind: type, createdAt: at, actor, item, ...fields}, `EV${type.slice(0, 3).toUpperCase()}`);
  item.events.push(event);
  return event;
}

// The fields that issues and pull requests share.
export function newItem(world, repository, {number, title, body = '', author, at = world.time()}) {
  repository.lastNumber = Math.max(repository.lastNumber, number ?? repository.lastNumber + 1);
  return {
    repository,
    number: number ?? repository.lastNumber,
    title,
    body: body ?? '',
    author,
    createdAt: at,
    updatedAt: at,
    closedAt: null,
    state: 'OPEN',
    editor: null,
    lastEditedAt: null,
    labels: [],
    assignees: [],
    comments: [],
    events: [],
    reactions: {},
    locked: false,
  };
}

export function createIssue(world, repository, {number, title, body, author, at}) {
  demandTitle(title, 'Issue');
  demandBody(body, 'Issue');
  const issue = {kind: 'Issue', ...newItem(world, repository, {number, title, body, author, at}), stateReason: null};
  world.register(issue, 'I');
  repository.items.set(issue.number, issue);
  return issue;
}

// Edits title and body. What is not given stays as it is.
export function editItem(world, item, {title, body}, actor, at = world.time()) {
  const resource = item.kind === 'Issue' ? 'Issue' : 'PullRequest';
  if (title != null && title !== item.title) {
    demandTitle(title, resource);
    addEvent(world, item, 'RenamedTitleEvent', actor, {previousTitle: item.title, currentTitle: title}, at);
    item.title = title;
  }
  if (body != null && body !== item.body) {
    demandBody(body, resource);
    item.body = body;
    markEdited(item, actor, at);
    noteMentions(world, item, at);
  }
  touch(item, at);
}

export function markEdited(text, actor, at) {
  text.editor = actor;
  text.lastEditedAt = at;
  text.edits = [...(text.edits ?? []), {kind: 'UserContentEdit', editor: actor, editedAt: at}];
}

// A "#12" in the text of an issue or pull request shows up in the timeline of number 12, once.
export function noteMentions(world, source, at = world.time()) {
  for (const {repository: name, number} of mentions(`${source.title}\n${source.body}`, source.repository)) {
    const target = world.repositoryByName(name)?.items.get(number);
    if (!target || target === source) {
      continue;
    }
    const known = target.events.some((event) => event.kind === 'CrossReferencedEvent' && event.source === source);
    if (!known) {
      addEvent(world, target, 'CrossReferencedEvent', source.author, {source}, at);
    }
  }
}

export function addComment(world, item, {body, author, at = world.time()}) {
  if ((body ?? '').trim() === '') {
    throw unprocessable("Body can't be blank", {resource: 'IssueComment', field: 'body', code: 'missing_field'});
  }
  demandBody(body, 'IssueComment');
  const comment = world.register({
    kind: 'IssueComment', item, repository: item.repository, author, body,
    createdAt: at, updatedAt: at, editor: null, lastEditedAt: null, isMinimized: false, reactions: {},
  }, 'IC');
  item.comments.push(comment);
  touch(item, at);
  return comment;
}

export function editComment(world, comment, body, actor, at = world.time()) {
  demandBody(body, 'IssueComment');
  if (body === comment.body) {
    return;
  }
  comment.body = body;
  comment.updatedAt = at;
  markEdited(comment, actor, at);
  if (comment.item) {
    touch(comment.item, at);
  }
}

export function deleteComment(world, comment) {
  const {item} = comment;
  item.comments = item.comments.filter((other) => other !== comment);
  world.forget(comment);
  touch(item, world.time());
}

export function findLabel(repository, name) {
  return repository.labels.get(name.toLowerCase()) ?? null;
}

export function createLabel(world, repository, {name, color = 'ededed', description = null}) {
  if (findLabel(repository, name)) {
    throw unprocessable('Name has already been taken', {resource: 'Label', code: 'already_exists', field: 'name'});
  }
  const label = world.register({kind: 'Label', repository, name, color, description, createdAt: world.time()}, 'LA');
  repository.labels.set(name.toLowerCase(), label);
  return label;
}

export function ensureLabel(world, repository, name) {
  return findLabel(repository, name) ?? createLabel(world, repository, {name});
}

export function addLabel(world, item, label, actor, at = world.time()) {
  if (item.labels.includes(label)) {
    return;
  }
  item.labels.push(label);
  addEvent(world, item, 'LabeledEvent', actor, {label}, at);
  touch(item, at);
}

export function removeLabel(world, item, label, actor, at = world.time()) {
  if (!item.labels.includes(label)) {
    return;
  }
  item.labels = item.labels.filter((other) => other !== label);
  addEvent(world, item, 'UnlabeledEvent', actor, {label}, at);
  touch(item, at);
}

export function setLabels(world, item, labels, actor) {
  for (const label of item.labels.filter((old) => !labels.includes(old))) {
    removeLabel(world, item, label, actor);
  }
  for (const label of labels) {
    addLabel(world, item, label, actor);
  }
}

// Apps cannot be assigned, and neither can people without a role on the repository.
export function canBeAssigned(world, repository, login) {
  const user = world.user(login);
  return user !== null && user.kind === 'User' && isCollaborator(repository, user.login);
}

// Those who cannot be assigned are dropped without a word, as at GitHub.
export function addAssignees(world, item, logins, actor, at = world.time()) {
  for (const login of logins) {
    const user = world.user(login);
    if (!canBeAssigned(world, item.repository, login) || item.assignees.includes(user.login)) {
      continue;
    }
    item.assignees.push(user.login);
    addEvent(world, item, 'AssignedEvent', actor, {assignee: user.login}, at);
  }
  touch(item, at);
}

export function removeAssignees(world, item, logins, actor, at = world.time()) {
  const unwanted = logins.map((login) => login.toLowerCase());
  for (const login of item.assignees.filter((assigned) => unwanted.includes(assigned.toLowerCase()))) {
    item.assignees = item.assignees.filter((assigned) => assigned !== login);
    addEvent(world, item, 'UnassignedEvent', actor, {assignee: login}, at);
  }
  touch(item, at);
}

export function setAssignees(world, item, logins, actor) {
  const surplus = item.assignees.filter((assigned) => !logins.includes(assigned));
  removeAssignees(world, item, surplus, actor);
  addAssignees(world, item, logins, actor);
}

export function closeIssue(world, issue, actor, {reason = 'COMPLETED', at = world.time(), closer = null} = {}) {
  if (issue.state === 'CLOSED') {
    return;
  }
  issue.state = 'CLOSED';
  issue.stateReason = reason;
  issue.closedAt = at;
  issue.closedBy = actor;
  addEvent(world, issue, 'ClosedEvent', actor, {stateReason: reason, closer}, at);
  touch(issue, at);
}

export function reopenIssue(world, issue, actor, at = world.time()) {
  if (issue.state === 'OPEN') {
    return;
  }
  issue.state = 'OPEN';
  issue.stateReason = 'REOPENED';
  issue.closedAt = null;
  issue.closedBy = null;
  addEvent(world, issue, 'ReopenedEvent', actor, {stateReason: 'REOPENED'}, at);
  touch(issue, at);
}

// Returns {reaction, isNew}. The same reaction by the same person again changes nothing.
export function addReaction(world, subject, content, actor) {
  subject.reactions[content] ??= [];
  const existing = subject.reactions[content].find((reaction) => reaction.login === actor);
  if (existing) {
    return {reaction: existing, isNew: false};
  }
  const reaction = world.register({kind: 'Reaction', subject, content, login: actor, createdAt: world.time()}, 'REA');
  subject.reactions[content].push(reaction);
  return {reaction, isNew: true};
}

export function removeReaction(subject, content, actor) {
  const all = subject.reactions[content] ?? [];
  const reaction = all.find((candidate) => candidate.login === actor) ?? null;
  subject.reactions[content] = all.filter((candidate) => candidate !== reaction);
  return reaction;
}
