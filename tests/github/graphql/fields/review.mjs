// Reviews, their threads and the comments in them.

import {hasRole} from '../../permissions.mjs';
import {isVisible} from '../../pulls.mjs';
import {Page} from '../page.mjs';
import {commitOf} from './git.mjs';
import {itemUrl} from './issue.mjs';
import {actor} from './people.mjs';
import {textFields} from './texts.mjs';

export const reviewFields = {
  PullRequestReview: {
    ...textFields,
    pullRequest: (review) => review.pull,
    url: (review, args, context) => `${itemUrl(review.pull, context)}#pullrequestreview-${review.databaseId}`,
    commit: (review) => commitOf(review.repository, review.commitOid),
    comments: (review) => new Page(review.pull.threads.flatMap((thread) => thread.comments).filter((comment) => comment.review === review)),
    minimizedReason: (review) => (review.isMinimized ? 'off-topic' : null),
  },

  PullRequestReviewThread: {
    pullRequest: (thread) => thread.pull,
    isCollapsed: (thread) => thread.isResolved,
    diffSide: () => 'RIGHT',
    startDiffSide: (thread) => (thread.startLine === null ? null : 'RIGHT'),
    originalStartLine: (thread) => thread.startLine,
    resolvedBy: (thread, args, context) => actor(thread.resolvedBy, context),
    viewerCanReply: (thread, args, {token}) => token.canWrite && thread.canReply,
    viewerCanResolve: (thread, args, context) => !thread.isResolved && mayResolve(thread, context),
    viewerCanUnresolve: (thread, args, context) => thread.isResolved && mayResolve(thread, context),
    comments: (thread, args, {login}) => new Page(thread.comments.filter((comment) => isVisible(comment, login))),
  },

  PullRequestReviewComment: {
    ...textFields,
    pullRequest: (comment) => comment.pull,
    pullRequestReview: (comment) => comment.review,
    url: (comment, args, context) => `${itemUrl(comment.pull, context)}#discussion_r${comment.databaseId}`,
    path: (comment) => comment.thread.path,
    line: (comment) => comment.thread.line,
    originalLine: (comment) => comment.thread.originalLine,
    startLine: (comment) => comment.thread.startLine,
    subjectType: (comment) => comment.thread.subjectType,
    outdated: (comment) => comment.thread.isOutdated,
    diffHunk: () => '@@ -1 +1 @@',
    draftedAt: (comment) => comment.createdAt,
    commit: (comment) => commitOf(comment.repository, comment.commitOid),
    originalCommit: (comment) => commitOf(comment.repository, comment.commitOid),
    state: (comment) => (comment.review.state === 'PENDING' ? 'PENDING' : 'SUBMITTED'),
    replyTo: (comment) => (comment === comment.thread.comments[0] ? null : comment.thread.comments[0]),
    minimizedReason: (comment) => (comment.isMinimized ? 'off-topic' : null),
  },
};

export function mayResolve(thread, {login, token}) {
  return token.canWrite && (thread.pull.author === login || hasRole(thread.repository, login, 'write'));
}
