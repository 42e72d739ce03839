// /_sim/...: what tests do behind the scenes. No authentication, no rate limit, not in the journal's count of requests.

import * as conversation from './conversation.mjs';
import * as git from './git.mjs';
import * as pulls from './pulls.mjs';
import {addCheckRun, addStatus, contextsOf} from './checks.mjs';
import {commitAuthor, commitFiles, parseTime} from './scenario.mjs';
import {jsonAnswer, readBody} from './http.mjs';

export async function handleControl(app, request, url) {
  const body = (await readBody(request)).toString();
  try {
    switch (`${request.method} ${url.pathname}`) {
      case 'GET /_sim/journal':
        return jsonAnswer(200, app.journal.entries);
      case 'GET /_sim/state':
        app.noticeOutsideChanges();
        return jsonAnswer(200, describeRepository(repositoryOf(app.world, url.searchParams.get('repo'))));
      case 'GET /_sim/fault':
        return jsonAnswer(200, app.faults.active);
      case 'POST /_sim/fault':
        app.faults.add(JSON.parse(body));
        return jsonAnswer(200, {ok: true});
      case 'DELETE /_sim/fault':
        app.faults.clear();
        return jsonAnswer(200, {ok: true});
      case 'POST /_sim/do':
        return jsonAnswer(200, doAll(app, JSON.parse(body)));
      default:
        return jsonAnswer(404, {error: 'there is no such control call'});
    }
  } catch (error) {
    return jsonAnswer(400, {error: error.message});
  }
}

// One deed or a list of them; the answer is one result or a list.
function doAll(app, given) {
  const results = [given].flat().map((deed) => doOne(app, deed));
  return Array.isArray(given) ? results : results[0];
}

function doOne(app, deed) {
  const perform = deeds[deed.do];
  if (!perform) {
    throw new Error(`unknown deed ${deed.do}; known are ${Object.keys(deeds).join(', ')}`);
  }
  const {world} = app;
  app.noticeOutsideChanges();
  const repository = deed.repo ? repositoryOf(world, deed.repo) : onlyRepository(world);
  const at = deed.at ? parseTime(world, deed.at) : world.time();
  const item = deed.number === undefined ? null : itemOf(repository, deed.number);
  const by = deed.by === undefined ? repository.owner.login : deed.by;
  const result = perform({app, world, deed, repository, item, by, at}) ?? {};
  app.noticeRefs({by, how: 'control'});
  return {ok: true, ...result};
}

function repositoryOf(world, name) {
  const repository = name ? world.repositoryByName(name) : onlyRepository(world);
  if (!repository) {
    throw new Error(`there is no repository ${name}`);
  }
  return repository;
}

function onlyRepository(world) {
  if (world.repositories.size !== 1) {
    throw new Error('"repo" is needed, for there is more than one');
  }
  return [...world.repositories.values()][0];
}

function itemOf(repository, number) {
  const item = repository.items.get(number);
  if (!item) {
    throw new Error(`${repository.fullName} has no number ${number}`);
  }
  return item;
}

// Texts are addressed by their node id, as the state shows it.
function nodeOf(world, id) {
  const node = world.nodes.get(id);
  if (!node) {
    throw new Error(`there is no node ${id}`);
  }
  return node;
}

const deeds = {
  advance: ({world, deed}) => world.advance(deed.seconds),

  create_issue: ({world, repository, deed, by, at}) => {
    const issue = conversation.createIssue(world, repository, {title: deed.title, body: deed.body, author: by, at});
    conversation.noteMentions(world, issue, at);
    for (const name of deed.labels ?? []) {
      conversation.addLabel(world, issue, conversation.ensureLabel(world, repository, name), by, at);
    }
    return {number: issue.number, id: issue.id};
  },

  close_issue: ({world, item, deed, by, at}) => {
    conversation.closeIssue(world, item, by, {reason: (deed.reason ?? 'completed').toUpperCase(), at});
  },

  reopen_issue: ({world, item, by, at}) => conversation.reopenIssue(world, item, by, at),

  label: ({world, repository, item, deed, by, at}) => {
    conversation.addLabel(world, item, conversation.ensureLabel(world, repository, deed.label), by, at);
  },

  unlabel: ({world, repository, item, deed, by, at}) => {
    conversation.removeLabel(world, item, conversation.ensureLabel(world, repository, deed.label), by, at);
  },

  assign: ({world, item, deed, by, at}) => conversation.addAssignees(world, item, [deed.login], by, at),

  unassign: ({world, item, deed, by, at}) => conversation.removeAssignees(world, item, [deed.login], by, at),

  edit: ({world, item, deed, by, at}) => conversation.editItem(world, item, {title: deed.title, body: deed.body}, by, at),

  comment: ({world, item, deed, by, at}) => {
    const comment = conversation.addComment(world, item, {body: deed.body, author: by, at});
    return {id: comment.id, databaseId: comment.databaseId};
  },

  edit_comment: ({world, deed, by, at}) => editText(world, nodeOf(world, deed.id), deed.body, by, at),

  delete_comment: ({world, deed}) => {
    const text = nodeOf(world, deed.id);
    if (text.thread) {
      text.thread.comments = text.thread.comments.filter((comment) => comment !== text);
      world.forget(text);
    } else {
      conversation.deleteComment(world, text);
    }
  },

  minimize: ({world, deed}) => {
    nodeOf(world, deed.id).isMinimized = true;
  },

  react: ({world, item, deed, by}) => {
    conversation.addReaction(world, deed.id ? nodeOf(world, deed.id) : item, deed.content, by);
  },

  open_pull: ({world, repository, deed, by}) => {
    const head = pulls.resolveHead(world, repository, deed.head);
    const pull = pulls.openPull(world, repository, {
      headRepository: head.repository,
      headName: head.branch,
      baseName: deed.base ?? repository.defaultBranch,
      title: deed.title ?? deed.head,
      body: deed.body ?? '',
      author: by,
      isDraft: deed.draft,
    });
    return {number: pull.number, id: pull.id};
  },

  close_pull: ({world, item, by, at}) => pulls.closePull(world, item, by, at),

  reopen_pull: ({world, item, by, at}) => pulls.reopenPull(world, item, by, at),

  merge_pull: ({world, item, deed, by, at}) => {
    pulls.mergePull(world, item, by, {method: deed.method, at});
    return {oid: item.mergeCommit};
  },

  auto_merge: ({world, item, deed, by, at}) => {
    item.autoMerge = deed.off ? null : {enabledBy: by, enabledAt: at, method: deed.method ?? 'MERGE'};
    conversation.touch(item, at);
  },

  merge_queue: ({world, item, deed, at}) => {
    item.isInMergeQueue = !deed.off;
    conversation.touch(item, at);
  },

  // Overrides what git would say, until it is set to null. GitHub does not move updatedAt for it.
  mergeable: ({item, deed}) => {
    item.mergeableAs = deed.value;
  },

  review: ({world, item, deed, by, at}) => {
    const review = pulls.addReview(world, item, {author: by, state: deed.state ?? 'COMMENTED', body: deed.body, at});
    return {id: review.id};
  },

  thread: ({world, item, deed, by, at}) => {
    const thread = pulls.addThread(world, item, {path: deed.path, line: deed.line, canReply: deed.can_reply});
    const comment = pulls.addThreadComment(world, thread, {author: by, body: deed.body, at});
    return {id: thread.id, comment: comment.id};
  },

  reply: ({world, deed, by, at}) => {
    const comment = pulls.addThreadComment(world, nodeOf(world, deed.thread), {author: by, body: deed.body, at});
    return {id: comment.id};
  },

  resolve: ({world, deed, by}) => {
    Object.assign(nodeOf(world, deed.thread), {isResolved: true, resolvedBy: by});
  },

  unresolve: ({world, deed}) => {
    Object.assign(nodeOf(world, deed.thread), {isResolved: false, resolvedBy: null});
  },

  // Checks come to the head of a pull request. GitHub does not move updatedAt for them.
  check: ({world, repository, item, deed, at}) => {
    const run = addCheckRun(world, repository, item.headOid, {...deed.check, at});
    return {id: run.id, databaseId: run.databaseId};
  },

  status: ({world, repository, item, deed, at}) => {
    const status = addStatus(world, repository, item.headOid, {...deed.status, at});
    return {id: status.id};
  },

  // Changes a check run that is there, for example from IN_PROGRESS to COMPLETED.
  finish_check: ({world, deed, at}) => {
    const run = nodeOf(world, deed.id);
    Object.assign(run, {status: 'COMPLETED', conclusion: deed.conclusion ?? 'SUCCESS', completedAt: at});
  },

  // A commit on a branch, as if somebody had pushed it. The branch may be new.
  push: ({world, repository, deed, by, at}) => {
    const existing = pulls.branchOid(repository, deed.branch);
    const from = existing ?? pulls.branchOid(repository, deed.from ?? repository.defaultBranch);
    git.importCommits(repository.directory, [{
      branch: deed.branch,
      from: deed.replace ? pulls.branchOid(repository, deed.from ?? repository.defaultBranch) : from,
      message: deed.message ?? 'A change',
      date: Date.parse(at) / 1000,
      author: commitAuthor(world, by),
      files: commitFiles(deed.files ?? {}),
    }]);
    return {oid: git.listRefs(repository.directory).get(`refs/heads/${deed.branch}`)};
  },

  delete_branch: ({repository, deed}) => git.deleteRef(repository.directory, `refs/heads/${deed.branch}`),

  protect: ({repository, deed}) => {
    const others = repository.protectedBranches.filter((branch) => branch !== deed.branch);
    repository.protectedBranches = deed.off ? others : [...others, deed.branch];
    git.setProtectedBranches(repository.directory, repository.protectedBranches);
  },

  permission: ({world, repository, deed}) => {
    world.ensureUser(deed.login);
    repository.permissions.set(deed.login.toLowerCase(), {role: deed.role, roleName: deed.role_name});
  },

  rename: ({world, deed, repository}) => {
    world.renameRepository(repository, deed.name);
  },
  // Issues are there, and yet nobody can reach them.
  issues: ({repository, deed}) => {
    repository.hasIssues = !deed.off;
  },
  ruleset: ({repository, deed}) => {
    const others = repository.rules.filter(({branch}) => branch !== deed.branch);
    repository.rules = deed.off ? others : [...others, {branch: deed.branch, type: deed.type ?? 'UPDATE'}];
    const closed = repository.rules.filter(({type}) => type === 'UPDATE');
    git.setRuledBranches(repository.directory, closed.map(({branch}) => branch));
  },
  archive: ({repository, deed}) => {
    repository.isArchived = !deed.off;
  },

  // The account goes; its texts stay and have no author any more.
  delete_user: ({world, deed}) => {
    for (const node of world.nodes.values()) {
      for (const field of ['author', 'actor', 'editor', 'creator', 'resolvedBy', 'login']) {
        if (node[field] === deed.login && !['User', 'Bot', 'Organization'].includes(node.kind)) {
          node[field] = null;
        }
      }
    }
    world.users.delete(deed.login.toLowerCase());
  },

  delete_fork: ({world, deed}) => {
    const fork = world.repositoryByName(deed.fork);
    for (const pull of [...world.repositories.values()].flatMap(pulls.pullsOf).filter((candidate) => candidate.headRepository === fork)) {
      pull.headRepository = null;
    }
    world.repositories.delete(deed.fork.toLowerCase());
  },
};

function editText(world, text, body, by, at) {
  if (text.kind === 'Issue' || text.kind === 'PullRequest') {
    conversation.editItem(world, text, {body}, by, at);
    return;
  }
  conversation.editComment(world, text, body, by, at);
}

// The state, for tests with jq

function describeRepository(repository) {
  const items = [...repository.items.values()];
  const branches = [...repository.refs].filter(([name]) => name.startsWith('refs/heads/'));
  return {
    name: repository.fullName,
    default_branch: repository.defaultBranch,
    branches: Object.fromEntries(branches.map(([name, oid]) => [name.replace('refs/heads/', ''), oid])),
    labels: [...repository.labels.values()].map(({name, color, description}) => ({name, color, description})),
    issues: items.filter((item) => item.kind === 'Issue').map(describeItem),
    pulls: items.filter((item) => item.kind === 'PullRequest').map(describePull),
  };
}

function describeItem(item) {
  return {
    number: item.number,
    id: item.id,
    title: item.title,
    body: item.body,
    author: item.author,
    state: item.state,
    state_reason: item.stateReason ?? null,
    labels: item.labels.map((label) => label.name),
    assignees: item.assignees,
    reactions: describeReactions(item),
    created_at: item.createdAt,
    updated_at: item.updatedAt,
    edited_by: item.editor,
    edited_at: item.lastEditedAt,
    comments: item.comments.map(describeText),
    events: item.events.map(describeEvent),
  };
}

function describePull(pull) {
  return {
    ...describeItem(pull),
    head: pull.headName,
    head_repo: pull.headRepository?.fullName ?? null,
    head_oid: pull.headOid,
    base: pull.baseName,
    draft: pull.isDraft,
    merged: pull.merged,
    merge_commit: pull.mergeCommit,
    review_requests: pull.reviewRequests,
    checks: contextsOf(pull.repository, pull.headOid).map(describeContext),
    threads: pull.threads.map((thread) => ({
      id: thread.id,
      path: thread.path,
      line: thread.line,
      resolved: thread.isResolved,
      resolved_by: thread.resolvedBy ?? null,
      comments: thread.comments.map((comment) => ({...describeText(comment), pending: comment.review.state === 'PENDING'})),
    })),
    reviews: pull.reviews.map((review) => ({...describeText(review), state: review.state, submitted_at: review.submittedAt})),
  };
}

function describeText(text) {
  return {
    id: text.id,
    database_id: text.databaseId,
    author: text.author,
    body: text.body,
    created_at: text.createdAt,
    edited_by: text.editor,
    edited_at: text.lastEditedAt,
    reactions: describeReactions(text),
  };
}

function describeReactions(text) {
  const given = Object.entries(text.reactions).filter(([, reactions]) => reactions.length > 0);
  return Object.fromEntries(given.map(([content, reactions]) => [content, reactions.map((reaction) => reaction.login)]));
}

function describeEvent(event) {
  return {
    type: event.kind,
    actor: event.actor,
    at: event.createdAt,
    ...(event.label ? {label: event.label.name} : {}),
    ...(event.subject ?? event.source ? {source: (event.subject ?? event.source).number} : {}),
  };
}

function describeContext(context) {
  return {
    id: context.id,
    name: context.name ?? context.context,
    state: context.kind === 'CheckRun' ? context.conclusion ?? context.status : context.state,
  };
}
