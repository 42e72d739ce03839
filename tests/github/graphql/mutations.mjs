// The mutations. Each takes (input, context) and returns the fields of its payload. The access of the token has been checked
// before; what is checked here is the person's role on the repository.

import * as conversation from '../conversation.mjs';
import * as pulls from '../pulls.mjs';
import {demandRole} from '../permissions.mjs';
import {forbidden, notFound, unprocessable} from '../refusal.mjs';
import {findNode} from './fields/query.mjs';
import {mayResolve} from './fields/review.mjs';

// The node behind an id, which must be of one of these types.
function subjectOf(context, id, kinds) {
  const node = findNode(context, id);
  if (!kinds.includes(node.kind)) {
    throw notFound(`Could not resolve to ${kinds[0]} node with the global id of '${id}'.`);
  }
  return node;
}

const ITEMS = ['Issue', 'PullRequest'];
const TEXTS = ['Issue', 'PullRequest', 'IssueComment', 'PullRequestReview', 'PullRequestReviewComment'];

// Authors may change what is theirs; everybody else needs the right to write.
function demandOwnOrRole(text, login, operation) {
  if (text.author !== login) {
    demandRole(text.repository, login, 'write', operation);
  }
}

function labelsOf(context, ids) {
  return ids.map((id) => subjectOf(context, id, ['Label']));
}

function loginsOf(context, ids) {
  return ids.map((id) => subjectOf(context, id, ['User', 'Bot']).login);
}

function edgeOf(node) {
  return {node, cursor: Buffer.from(node.id).toString('base64')};
}

export const mutations = {
  // Issues and the conversation

  createIssue({repositoryId, title, body, labelIds, assigneeIds}, context) {
    const {world, login} = context;
    const repository = subjectOf(context, repositoryId, ['Repository']);
    if (!repository.hasIssues) {
      throw unprocessable('Repository has disabled issues.');
    }
    demandRole(repository, login, 'read', 'CreateIssue');
    const issue = conversation.createIssue(world, repository, {title, body, author: login});
    conversation.noteMentions(world, issue);
    conversation.setLabels(world, issue, labelsOf(context, labelIds ?? []), login);
    conversation.addAssignees(world, issue, loginsOf(context, assigneeIds ?? []), login);
    return {issue};
  },

  updateIssue({id, title, body, state, labelIds, assigneeIds}, context) {
    const {world, login} = context;
    const issue = subjectOf(context, id, ['Issue']);
    demandOwnOrRole(issue, login, 'UpdateIssue');
    conversation.editItem(world, issue, {title, body}, login);
    if (labelIds) {
      conversation.setLabels(world, issue, labelsOf(context, labelIds), login);
    }
    if (assigneeIds) {
      conversation.setAssignees(world, issue, loginsOf(context, assigneeIds), login);
    }
    if (state === 'CLOSED') {
      conversation.closeIssue(world, issue, login);
    } else if (state === 'OPEN') {
      conversation.reopenIssue(world, issue, login);
    }
    return {issue, actor: context.viewer};
  },

  reopenIssue({issueId}, context) {
    const issue = subjectOf(context, issueId, ['Issue']);
    demandOwnOrRole(issue, context.login, 'ReopenIssue');
    conversation.reopenIssue(context.world, issue, context.login);
    return {issue};
  },

  closeIssue({issueId, stateReason}, context) {
    const issue = subjectOf(context, issueId, ['Issue']);
    demandOwnOrRole(issue, context.login, 'CloseIssue');
    conversation.closeIssue(context.world, issue, context.login, {reason: stateReason ?? 'COMPLETED'});
    return {issue};
  },

  addComment({subjectId, body}, context) {
    const item = subjectOf(context, subjectId, ITEMS);
    demandRole(item.repository, context.login, 'read', 'AddComment');
    const comment = conversation.addComment(context.world, item, {body, author: context.login});
    return {commentEdge: edgeOf(comment), subject: item, timelineEdge: edgeOf(comment)};
  },

  updateIssueComment({id, body}, context) {
    const comment = subjectOf(context, id, ['IssueComment']);
    demandOwnOrRole(comment, context.login, 'UpdateIssueComment');
    conversation.editComment(context.world, comment, body, context.login);
    return {issueComment: comment};
  },

  deleteIssueComment({id}, context) {
    const comment = subjectOf(context, id, ['IssueComment']);
    demandOwnOrRole(comment, context.login, 'DeleteIssueComment');
    conversation.deleteComment(context.world, comment);
    return {};
  },

  addReaction({subjectId, content}, context) {
    const subject = subjectOf(context, subjectId, TEXTS);
    const {reaction} = conversation.addReaction(context.world, subject, content, context.login);
    return {reaction, subject};
  },

  removeReaction({subjectId, content}, context) {
    const subject = subjectOf(context, subjectId, TEXTS);
    const reaction = conversation.removeReaction(subject, content, context.login);
    return {reaction, subject};
  },

  // Labels and assignees

  createLabel({repositoryId, name, color, description}, context) {
    const repository = subjectOf(context, repositoryId, ['Repository']);
    demandRole(repository, context.login, 'write', 'CreateLabel');
    return {label: conversation.createLabel(context.world, repository, {name, color, description})};
  },

  addLabelsToLabelable({labelableId, labelIds}, context) {
    const item = subjectOf(context, labelableId, ITEMS);
    demandRole(item.repository, context.login, 'triage', 'AddLabelsToLabelable');
    for (const label of labelsOf(context, labelIds)) {
      conversation.addLabel(context.world, item, label, context.login);
    }
    return {labelable: item};
  },

  removeLabelsFromLabelable({labelableId, labelIds}, context) {
    const item = subjectOf(context, labelableId, ITEMS);
    demandRole(item.repository, context.login, 'triage', 'RemoveLabelsFromLabelable');
    for (const label of labelsOf(context, labelIds)) {
      conversation.removeLabel(context.world, item, label, context.login);
    }
    return {labelable: item};
  },

  addAssigneesToAssignable({assignableId, assigneeIds}, context) {
    const item = subjectOf(context, assignableId, ITEMS);
    demandRole(item.repository, context.login, 'triage', 'AddAssigneesToAssignable');
    conversation.addAssignees(context.world, item, loginsOf(context, assigneeIds), context.login);
    return {assignable: item};
  },

  removeAssigneesFromAssignable({assignableId, assigneeIds}, context) {
    const item = subjectOf(context, assignableId, ITEMS);
    demandRole(item.repository, context.login, 'triage', 'RemoveAssigneesFromAssignable');
    conversation.removeAssignees(context.world, item, loginsOf(context, assigneeIds), context.login);
    return {assignable: item};
  },

  // Pull requests

  createPullRequest(input, context) {
    const {world, login} = context;
    const repository = subjectOf(context, input.repositoryId, ['Repository']);
    demandRole(repository, login, 'read', 'CreatePullRequest');
    const head = pulls.resolveHead(world, repository, input.headRefName, input.headRepositoryId && subjectOf(context, input.headRepositoryId, ['Repository']));
    demandRole(head.repository ?? repository, login, 'write', 'CreatePullRequest');
    const pullRequest = pulls.openPull(world, repository, {
      headRepository: head.repository,
      headName: head.branch,
      baseName: input.baseRefName.replace(/^refs\/heads\//, ''),
      title: input.title,
      body: input.body,
      author: login,
      isDraft: input.draft,
      maintainerCanModify: input.maintainerCanModify,
    });
    return {pullRequest};
  },

  updatePullRequest({pullRequestId, title, body, state, labelIds, assigneeIds}, context) {
    const {world, login} = context;
    const pull = subjectOf(context, pullRequestId, ['PullRequest']);
    demandOwnOrRole(pull, login, 'UpdatePullRequest');
    conversation.editItem(world, pull, {title, body}, login);
    if (labelIds) {
      conversation.setLabels(world, pull, labelsOf(context, labelIds), login);
    }
    if (assigneeIds) {
      conversation.setAssignees(world, pull, loginsOf(context, assigneeIds), login);
    }
    if (state === 'CLOSED') {
      pulls.closePull(world, pull, login);
    } else if (state === 'OPEN') {
      pulls.reopenPull(world, pull, login);
    }
    return {pullRequest: pull, actor: context.viewer};
  },

  // Reviews

  addPullRequestReview({pullRequestId, commitOID, body, event, comments, threads}, context) {
    if (comments?.length || threads?.length) {
      throw unprocessable('the simulation takes no comments or threads with a new review');
    }
    const pull = subjectOf(context, pullRequestId, ['PullRequest']);
    demandRole(pull.repository, context.login, 'read', 'AddPullRequestReview');
    const review = pulls.addReview(context.world, pull, {
      author: context.login,
      state: event ? reviewState(event, pull, context.login) : 'PENDING',
      body,
      commitOid: commitOID,
    });
    return {pullRequestReview: review, reviewEdge: edgeOf(review)};
  },

  submitPullRequestReview({pullRequestReviewId, pullRequestId, event, body}, context) {
    const review = pullRequestReviewId
      ? subjectOf(context, pullRequestReviewId, ['PullRequestReview'])
      : pulls.pendingReview(subjectOf(context, pullRequestId, ['PullRequest']), context.login);
    if (!review || review.author !== context.login) {
      throw notFound('Could not find a pending review of this account.');
    }
    pulls.submitReview(context.world, review, {state: reviewState(event, review.pull, context.login), body});
    return {pullRequestReview: review};
  },

  deletePullRequestReview({pullRequestReviewId}, context) {
    const review = subjectOf(context, pullRequestReviewId, ['PullRequestReview']);
    if (review.author !== context.login) {
      throw forbidden(`${context.login} does not have the correct permissions to execute \`DeletePullRequestReview\``);
    }
    pulls.deleteReview(context.world, review);
    return {pullRequestReview: review};
  },

  addPullRequestReviewThreadReply({pullRequestReviewThreadId, pullRequestReviewId, body}, context) {
    const thread = subjectOf(context, pullRequestReviewThreadId, ['PullRequestReviewThread']);
    demandRole(thread.repository, context.login, 'read', 'AddPullRequestReviewThreadReply');
    const comment = pulls.replyToThread(context.world, thread, {author: context.login, body, reviewId: pullRequestReviewId});
    return {comment};
  },

  resolveReviewThread({threadId}, context) {
    const thread = subjectOf(context, threadId, ['PullRequestReviewThread']);
    demandResolve(thread, context);
    thread.isResolved = true;
    thread.resolvedBy = context.login;
    return {thread};
  },

  unresolveReviewThread({threadId}, context) {
    const thread = subjectOf(context, threadId, ['PullRequestReviewThread']);
    demandResolve(thread, context);
    thread.isResolved = false;
    thread.resolvedBy = null;
    return {thread};
  },

  requestReviews({pullRequestId, userIds, union}, context) {
    const pull = subjectOf(context, pullRequestId, ['PullRequest']);
    demandRole(pull.repository, context.login, 'write', 'RequestReviews');
    const wanted = (userIds ?? []).map((id) => subjectOf(context, id, ['User']).login);
    pulls.requestReviews(context.world, pull, wanted, {keep: union});
    return {pullRequest: pull, actor: context.viewer};
  },
};

function demandResolve(thread, context) {
  if (!mayResolve(thread, context)) {
    throw forbidden(`${context.login} does not have the correct permissions to execute \`ResolveReviewThread\``);
  }
}

function reviewState(event, pull, login) {
  if (event !== 'COMMENT' && pull.author === login) {
    throw unprocessable(`Can not ${event === 'APPROVE' ? 'approve' : 'request changes on'} your own pull request`);
  }
  return {COMMENT: 'COMMENTED', APPROVE: 'APPROVED', REQUEST_CHANGES: 'CHANGES_REQUESTED', DISMISS: 'DISMISSED'}[event];
}
