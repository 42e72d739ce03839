// What happens on pull requests: opening, merging, reviews, threads, checks, and following the branches in git.

import * as git from './git.mjs';
import {addEvent, closeIssue, demandBody, newItem, noteMentions, touch} from './conversation.mjs';
import {isCollaborator} from './permissions.mjs';
import {notFound, unprocessable} from './refusal.mjs';
import {isLinked} from './references.mjs';

export function branchOid(repository, branch) {
  return repository.refs.get(`refs/heads/${branch}`) ?? null;
}

export function baseOid(pull) {
  return branchOid(pull.repository, pull.baseName);
}

export function pullsOf(repository) {
  return [...repository.items.values()].filter((item) => item.kind === 'PullRequest');
}

export function issuesOf(repository) {
  return [...repository.items.values()].filter((item) => item.kind === 'Issue');
}

// Pull requests that close this issue when they are merged, or that somebody linked by hand.
export function pullsLinkedTo(world, issue) {
  const all = [...world.repositories.values()].flatMap(pullsOf);
  return all.filter((pull) => isLinked(pull, issue));
}

export function issuesLinkedTo(world, pull) {
  const all = [...world.repositories.values()].flatMap(issuesOf);
  return all.filter((issue) => isLinked(pull, issue));
}

// Opens a pull request after the checks that GitHub makes, in its words.
export function openPull(world, repository, {headRepository, headName, baseName, title, body, author, isDraft, maintainerCanModify}) {
  demandBody(body, 'PullRequest');
  if ((title ?? '').trim() === '') {
    throw unprocessable("Title can't be blank", {resource: 'PullRequest', field: 'title', code: 'missing_field'});
  }
  const head = headRepository && branchOid(headRepository, headName);
  const base = branchOid(repository, baseName);
  if (!head) {
    const message = `Head sha can't be blank, Base sha can't be blank, No commits between ${baseName} and ${headName}, Head ref must be a branch`;
    throw unprocessable(message, {resource: 'PullRequest', field: 'head', code: 'invalid'});
  }
  if (!base) {
    const message = `Base sha can't be blank, No commits between ${baseName} and ${headName}, Base ref must be a branch`;
    throw unprocessable(message, {resource: 'PullRequest', field: 'base', code: 'invalid'});
  }
  if (openPullFor(repository, headRepository, headName, baseName)) {
    throw unprocessable(`A pull request already exists for ${headRepository.owner.login}:${headName}.`);
  }
  fetchHead(repository, headRepository, headName, 'refs/simulation/head');
  const hasCommits = !git.isAncestor(repository.directory, head, base);
  git.deleteRef(repository.directory, 'refs/simulation/head');
  if (!hasCommits) {
    throw unprocessable(`No commits between ${baseName} and ${headName}`);
  }
  return addPull(world, repository, {headRepository, headName, baseName, title, body, author, isDraft, maintainerCanModify});
}

// The head of a new pull request is "branch", or "owner:branch" for a fork. Returns {repository, branch}; the repository is
// null if there is no such fork.
export function resolveHead(world, base, head, headRepository = undefined) {
  const [, owner, branch] = /^(?:([^:]+):)?(?:refs\/heads\/)?(.+)$/.exec(head);
  if (headRepository) {
    return {repository: headRepository, branch};
  }
  if (!owner || owner.toLowerCase() === base.owner.login.toLowerCase()) {
    return {repository: base, branch};
  }
  const forks = [...world.repositories.values()].filter((repository) => repository.parent === base);
  return {repository: forks.find((fork) => fork.owner.login.toLowerCase() === owner.toLowerCase()) ?? null, branch};
}

function openPullFor(repository, headRepository, headName, baseName) {
  return pullsOf(repository).find((pull) => pull.state === 'OPEN' && pull.headRepository === headRepository
    && pull.headName === headName && pull.baseName === baseName);
}

// Adds a pull request without asking, for openPull and for scenarios.
export function addPull(world, repository, facts) {
  const head = facts.headRepository ? branchOid(facts.headRepository, facts.headName) : null;
  const pull = {
    kind: 'PullRequest',
    ...newItem(world, repository, facts),
    headRepository: facts.headRepository,
    headOwner: facts.headRepository?.owner ?? null,
    isCrossRepository: facts.headRepository !== repository,
    headName: facts.headName,
    headOid: head,
    baseName: facts.baseName,
    baseOid: branchOid(repository, facts.baseName),
    isDraft: facts.isDraft ?? false,
    maintainerCanModify: facts.maintainerCanModify ?? true,
    merged: false,
    mergedAt: null,
    mergedBy: null,
    mergeCommit: null,
    mergeableAs: null,
    mergeableAskedFor: null,
    autoMerge: null,
    isInMergeQueue: false,
    threads: [],
    reviews: [],
    reviewRequests: [],
    linkedIssues: new Set(),
  };
  world.register(pull, 'PR');
  repository.items.set(pull.number, pull);
  if (head) {
    followHead(pull);
  }
  noteMentions(world, pull, pull.createdAt);
  return pull;
}

function fetchHead(repository, headRepository, headName, ref) {
  if (headRepository === repository) {
    git.updateRef(repository.directory, ref, branchOid(repository, headName));
  } else {
    git.fetchInto(repository.directory, headRepository.directory, `refs/heads/${headName}`, ref);
  }
}

function followHead(pull) {
  const ref = `refs/pull/${pull.number}/head`;
  fetchHead(pull.repository, pull.headRepository, pull.headName, ref);
  pull.headOid = branchOid(pull.headRepository, pull.headName);
  pull.repository.refs.set(ref, pull.headOid);
}

// Reads the refs of all repositories and lets the pull requests follow. Returns what changed, for the journal:
// [{repository, ref, old, new, forced}]. Called after each push and before each API request, so that the
// world is right even when a test has changed a bare repository behind the server's back.
export function noticeRefChanges(world, actor, at = world.time()) {
  const changes = [];
  for (const repository of world.repositories.values()) {
    const before = repository.refs;
    repository.refs = git.listRefs(repository.directory);
    for (const ref of new Set([...before.keys(), ...repository.refs.keys()])) {
      const change = {repository, ref, old: before.get(ref) ?? null, new: repository.refs.get(ref) ?? null};
      if (change.old !== change.new) {
        change.forced = isForced(change);
        changes.push(change);
      }
    }
  }
  for (const change of changes.filter(({ref}) => ref.startsWith('refs/heads/'))) {
    applyBranchChange(world, change, actor, at);
  }
  return changes;
}

function isForced({repository, old, new: now}) {
  return old !== null && now !== null && !git.isAncestor(repository.directory, old, now);
}

function applyBranchChange(world, change, actor, at) {
  const branch = change.ref.replace('refs/heads/', '');
  change.repository.pushedAt = at;
  for (const pull of [...world.repositories.values()].flatMap(pullsOf).filter((candidate) => candidate.state === 'OPEN')) {
    if (pull.headRepository === change.repository && pull.headName === branch) {
      headMoved(world, pull, change, actor, at);
    } else if (pull.repository === change.repository && pull.baseName === branch && change.new !== null) {
      baseMoved(world, pull, change, actor, at);
    }
  }
}

function headMoved(world, pull, change, actor, at) {
  if (change.new === null) {
    addEvent(world, pull, 'HeadRefDeletedEvent', actor, {headRefName: pull.headName}, at);
    closePull(world, pull, actor, at);
    return;
  }
  if (change.forced) {
    addEvent(world, pull, 'HeadRefForcePushedEvent', actor, {before: change.old, after: change.new}, at);
  }
  followHead(pull);
  pull.baseOid = baseOid(pull);
  touch(pull, at);
}

// A pull request whose head has arrived on its base by a plain push counts as merged.
function baseMoved(world, pull, change, actor, at) {
  if (git.isAncestor(pull.repository.directory, pull.headOid, change.new)) {
    markMerged(world, pull, actor, change.new, at);
  }
}

// Whether git could merge it. GitHub has no opinion on closed pull requests.
export function mergeable(pull) {
  if (pull.mergeableAs) {
    return pull.mergeableAs;
  }
  const base = baseOid(pull);
  if (pull.state !== 'OPEN' || !base || !pull.headOid) {
    return 'UNKNOWN';
  }
  const key = `${base} ${pull.headOid}`;
  if (pull.mergeableAskedFor !== key) {
    pull.mergeableAskedFor = key;
    pull.mergeableAnswer = git.mergesCleanly(pull.repository.directory, base, pull.headOid) ? 'MERGEABLE' : 'CONFLICTING';
  }
  return pull.mergeableAnswer;
}

export function closePull(world, pull, actor, at = world.time()) {
  if (pull.state !== 'OPEN') {
    return;
  }
  pull.state = 'CLOSED';
  pull.closedAt = at;
  addEvent(world, pull, 'ClosedEvent', actor, {stateReason: null}, at);
  touch(pull, at);
}

export function reopenPull(world, pull, actor, at = world.time()) {
  if (pull.state !== 'CLOSED') {
    return;
  }
  if (!pull.headRepository || !branchOid(pull.headRepository, pull.headName)) {
    throw unprocessable('Could not open the pull request.');
  }
  pull.state = 'OPEN';
  pull.closedAt = null;
  followHead(pull);
  addEvent(world, pull, 'ReopenedEvent', actor, {stateReason: null}, at);
  touch(pull, at);
}

// Merges in git as the merge button does: a merge commit or one squashed commit on the base.
export function mergePull(world, pull, actor, {method = 'merge', at = world.time()} = {}) {
  const {directory} = pull.repository;
  if (pull.state !== 'OPEN' || !git.mergesCleanly(directory, baseOid(pull), pull.headOid)) {
    throw unprocessable('Pull Request is not mergeable');
  }
  const user = world.user(actor);
  const message = method === 'squash'
    ? `${pull.title} (#${pull.number})`
    : `Merge pull request #${pull.number} from ${pull.headOwner.login}/${pull.headName}\n\n${pull.title}`;
  const oid = git.makeMergeCommit(directory, {
    base: baseOid(pull),
    head: pull.headOid,
    message,
    who: {name: user?.name ?? actor, email: `${actor}@users.noreply.github.com`},
    date: at,
    squash: method === 'squash',
  });
  git.updateRef(directory, `refs/heads/${pull.baseName}`, oid);
  markMerged(world, pull, actor, oid, at);
}

export function markMerged(world, pull, actor, oid, at = world.time()) {
  const closing = issuesLinkedTo(world, pull);
  pull.state = 'MERGED';
  pull.merged = true;
  pull.mergedAt = at;
  pull.closedAt = at;
  pull.mergedBy = actor;
  pull.mergeCommit = oid;
  addEvent(world, pull, 'MergedEvent', actor, {commitOid: oid}, at);
  addEvent(world, pull, 'ClosedEvent', actor, {stateReason: null}, at);
  touch(pull, at);
  for (const issue of closing) {
    closeIssue(world, issue, actor, {at, closer: pull});
  }
}

export function linkIssue(world, pull, issue, actor, at = world.time()) {
  pull.linkedIssues.add(issue);
  addEvent(world, issue, 'ConnectedEvent', actor, {subject: pull, source: issue}, at);
  touch(issue, at);
}

export function unlinkIssue(world, pull, issue, actor, at = world.time()) {
  pull.linkedIssues.delete(issue);
  addEvent(world, issue, 'DisconnectedEvent', actor, {subject: pull, source: issue}, at);
  touch(issue, at);
}

// Reviews and their threads

export function pendingReview(pull, author) {
  return pull.reviews.find((review) => review.state === 'PENDING' && review.author === author) ?? null;
}

// Others' pending reviews, and the comments in them, are nobody's business.
export function isVisible(text, viewer) {
  const review = text.kind === 'PullRequestReview' ? text : text.review;
  return review?.state !== 'PENDING' || review.author === viewer;
}

export function addReview(world, pull, {author, state, body = '', commitOid, at = world.time()}) {
  demandBody(body, 'PullRequestReview');
  if (pendingReview(pull, author)) {
    const complaint = 'can only have one pending review per pull request';
    throw unprocessable(`User ${complaint}`, {resource: 'PullRequestReview', code: 'custom', message: `user_id ${complaint}`});
  }
  const review = world.register({
    kind: 'PullRequestReview', pull, repository: pull.repository, author, state, body: body ?? '',
    commitOid: commitOid ?? pull.headOid,
    createdAt: at, updatedAt: at, submittedAt: state === 'PENDING' ? null : at,
    editor: null, lastEditedAt: null, isMinimized: false, reactions: {},
  }, 'PRR');
  pull.reviews.push(review);
  if (state !== 'PENDING') {
    answerRequest(pull, author);
    touch(pull, at);
  }
  return review;
}

export function deleteReview(world, review) {
  if (review.state !== 'PENDING') {
    throw unprocessable('Can not delete a non-pending pull request review');
  }
  const {pull} = review;
  for (const thread of pull.threads) {
    thread.comments.filter((comment) => comment.review === review).forEach((comment) => world.forget(comment));
    thread.comments = thread.comments.filter((comment) => comment.review !== review);
  }
  pull.threads = pull.threads.filter((thread) => thread.comments.length > 0);
  pull.reviews = pull.reviews.filter((other) => other !== review);
  world.forget(review);
}

export function submitReview(world, review, {state, body}, at = world.time()) {
  if (review.state !== 'PENDING') {
    throw unprocessable('Review has already been submitted.');
  }
  review.state = state;
  review.submittedAt = at;
  answerRequest(review.pull, review.author);
  if (body != null) {
    review.body = body;
  }
  touch(review.pull, at);
}

// All of them, or none when one may not be asked. `keep`: those who were asked before still are.
export function requestReviews(world, pull, logins, {keep = false} = {}) {
  if (logins.includes(pull.author)) {
    throw unprocessable('Review cannot be requested from pull request author.');
  }
  if (!logins.every((login) => isCollaborator(pull.repository, login))) {
    throw unprocessable('Reviews may only be requested from collaborators. One or more of the users or teams you specified is not a collaborator of the '
      + `${pull.repository.fullName} repository.`);
  }
  pull.reviewRequests = [...new Set([...(keep ? pull.reviewRequests : []), ...logins])];
  touch(pull, world.time());
}

// Who has reviewed need not be asked any more.
function answerRequest(pull, login) {
  pull.reviewRequests = pull.reviewRequests.filter((other) => other !== login);
}

export function addThread(world, pull, facts) {
  const {path, line = 1, startLine = null, subjectType = 'LINE', isOutdated = false, isResolved = false, resolvedBy = null, canReply = true} = facts;
  const thread = world.register({
    kind: 'PullRequestReviewThread', pull, repository: pull.repository, path, isOutdated, isResolved, resolvedBy,
    line: isOutdated || subjectType === 'FILE' ? null : line,
    originalLine: line,
    startLine,
    subjectType,
    canReply,
    comments: [],
  }, 'PRRT');
  pull.threads.push(thread);
  return thread;
}

// A comment in a thread belongs to a review: to the pending one of its author if there is one, else to one of its own.
export function addThreadComment(world, thread, {author, body, review, at = world.time()}) {
  if ((body ?? '').trim() === '') {
    throw unprocessable("Body can't be blank");
  }
  demandBody(body, 'PullRequestReviewComment');
  const owner = review ?? pendingReview(thread.pull, author) ?? addReview(world, thread.pull, {author, state: 'COMMENTED', at});
  const comment = world.register({
    kind: 'PullRequestReviewComment', pull: thread.pull, repository: thread.repository, thread, review: owner, author, body,
    createdAt: at, updatedAt: at, editor: null, lastEditedAt: null, isMinimized: false, reactions: {},
    commitOid: thread.pull.headOid,
  }, 'PRRC');
  thread.comments.push(comment);
  if (owner.state !== 'PENDING') {
    touch(thread.pull, at);
  }
  return comment;
}

export function replyToThread(world, thread, {author, body, reviewId}) {
  const pending = pendingReview(thread.pull, author);
  if (!thread.canReply) {
    throw unprocessable('The thread takes no replies.');
  }
  if (reviewId && pending?.id !== reviewId) {
    throw world.nodes.has(reviewId)
      ? unprocessable('Pull request review has already been submitted')
      : notFound(`Could not resolve to a node with the global id of '${reviewId}'.`);
  }
  return addThreadComment(world, thread, {author, body, review: pending});
}
