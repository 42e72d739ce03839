import assert from 'node:assert/strict';
import {after, before, test} from 'node:test';

import {Sim, queryText} from './testing.mjs';

let sim;

before(async () => {
  sim = await Sim.start('busy');
});

after(() => sim.stop());

const REPOSITORY = {owner: 'acme', name: 'widgets'};
const SNAPSHOT = {...REPOSITORY, issueLabels: ['good-for-ai'], flakyLabels: ['flaky-test'], since: '2026-05-31T00:00:00Z'};

// The data of an answer without errors.
async function ask(query, variables, options) {
  const answer = await sim.graphql(query, variables, options);
  assert.equal(answer.errors, undefined, JSON.stringify(answer.errors));
  return answer.data;
}

async function refuse(query, variables, options) {
  const answer = await sim.graphql(query, variables, options);
  assert.equal(answer.status, 200);
  assert.ok(answer.errors?.length > 0, answer.text);
  return answer.errors[0];
}

function mutate(operationName, variables, options = {}) {
  return sim.graphql(queryText('mutations'), variables, {...options, operationName});
}

async function perform(operationName, variables) {
  const answer = await mutate(operationName, variables);
  assert.equal(answer.errors, undefined, JSON.stringify(answer.errors));
  return answer.data;
}

async function pull(number) {
  return (await ask(queryText('pull'), {...REPOSITORY, number})).repository.pullRequest;
}

async function idOf(selection) {
  const data = await ask(`{repository(owner: "acme", name: "widgets") {it: ${selection} {id}}}`);
  return data.repository.it.id;
}

test('the reading queries run, and their answers are true', async () => {
  const index = await ask(queryText('index'), {...REPOSITORY, issueLabels: ['good-for-ai'], watched: []});
  assert.equal(index.viewer.login, 'demo-bot');
  assert.deepEqual(index.repository.issues.nodes.map((issue) => issue.number).sort(), [1, 2]);
  assert.deepEqual(index.repository.pullRequests.nodes.map((row) => row.number), [7, 6, 5, 4]);
  const [, gone, , ours] = index.repository.pullRequests.nodes;
  assert.equal(gone.headRepositoryOwner, null);
  assert.equal(ours.viewerDidAuthor, true);

  const snapshot = await ask(queryText('snapshot'), {...SNAPSHOT, watched: [ours.id, gone.id]});
  assert.equal(snapshot.repository.defaultBranchRef.target.history.totalCount, 1);
  assert.equal(snapshot.repository.latestRelease.tagName, 'v1.0.0');
  assert.equal(snapshot.repository.flaky.nodes[0].stateReason, 'DUPLICATE');
  assert.equal(snapshot.watched[1].author, null);
  assert.equal(snapshot.watched[1].headRepository, null);
  assert.equal(snapshot.watched[1].headRef, null);

  const search = await ask(queryText('snapshot-search'), {
    ...SNAPSHOT, flakyLabels: undefined,
    pullSearch: 'repo:acme/widgets is:pr is:open head:ai/issue-',
    flakySearch: 'repo:acme/widgets is:issue label:"flaky-test"',
  });
  assert.deepEqual(search.pulls.nodes.map((node) => node.number).sort(), [4, 5, 7]);
  assert.equal(search.flaky.issueCount, 1);
});

test('an issue tells who labelled, renamed, mentioned and linked it', async () => {
  const {repository} = await ask(queryText('snapshot'), {...SNAPSHOT, watched: []});
  const [one, two] = repository.issues.nodes;
  const labelled = one.timelineItems.nodes.find((event) => event.__typename === 'LabeledEvent');
  assert.deepEqual([labelled.actor.login, labelled.label.name, labelled.createdAt], ['maya', 'good-for-ai', '2026-05-27T12:00:00Z']);
  const renamed = one.timelineItems.nodes.find((event) => event.__typename === 'RenamedTitleEvent');
  assert.deepEqual([renamed.previousTitle, renamed.currentTitle], ['Count', 'The count is wrong']);
  const mentioned = one.timelineItems.nodes.find((event) => event.__typename === 'CrossReferencedEvent');
  assert.deepEqual([mentioned.source.number, mentioned.willCloseTarget], [4, true]);
  assert.deepEqual(one.closedByPullRequestsReferences.nodes.map((node) => node.number), [4]);
  assert.equal(one.comments.nodes[1].author, null);
  assert.equal(one.comments.nodes[1].editor.login, 'maya');

  assert.equal(two.author, null);
  const plain = two.timelineItems.nodes.find((event) => event.__typename === 'CrossReferencedEvent');
  assert.equal(plain.willCloseTarget, false);
  const connected = two.timelineItems.nodes.find((event) => event.__typename === 'ConnectedEvent');
  assert.equal(connected.subject.number, 5);
  assert.deepEqual(two.closedByPullRequestsReferences.nodes.map((node) => node.number), [5]);
});

test('a pull request in depth', async () => {
  const four = await pull(4);
  assert.equal(four.mergeable, 'MERGEABLE');
  assert.equal(four.reviewDecision, 'CHANGES_REQUESTED');
  assert.deepEqual(four.closingIssuesReferences.nodes.map((issue) => issue.number), [1]);
  assert.equal(four.commits.totalCount, 1);
  assert.equal(four.commits.nodes[0].commit.oid, four.headRefOid);
  const {contexts, state} = four.commits.nodes[0].commit.statusCheckRollup;
  assert.equal(state, 'FAILURE');
  assert.equal(contexts.totalCount, 4);
  assert.ok(contexts.nodes[0].databaseId > 2 ** 31);
  assert.equal(contexts.nodes[2].checkSuite.workflowRun, null);
  assert.equal(contexts.nodes[3].creator.__typename, 'Bot');
  const [first, resolved, outdated] = four.reviewThreads.nodes;
  assert.equal(first.comments.nodes[0].author.login, 'li');
  assert.equal(resolved.isResolved, true);
  assert.deepEqual([outdated.line, outdated.originalLine], [null, 7]);
  assert.equal(resolved.comments.nodes[1].replyTo.id, resolved.comments.nodes[0].id);

  const five = await pull(5);
  assert.equal(five.mergeable, 'CONFLICTING');
  assert.equal(five.mergeStateStatus, 'DIRTY');
  assert.equal(five.autoMergeRequest.enabledBy.login, 'maya');

  const seven = await pull(7);
  assert.equal(seven.isCrossRepository, true);
  assert.equal(seven.headRepository.nameWithOwner, 'zed/widgets');
});

test('follow-up, check-output, run-jobs, lookup, recheck, status-comment and dry-run run', async () => {
  const four = await pull(4);
  const rollup = four.commits.nodes[0].commit.statusCheckRollup;
  const issue = await idOf('issue(number: 1)');
  const run = await ask('query($id: ID!) {node(id: $id) {... on CheckRun {checkSuite {id}}}}', {id: rollup.contexts.nodes[0].id});
  const suite = run.node.checkSuite.id;

  const followUp = await ask(queryText('follow-up'), {
    ...REPOSITORY, issueLabels: ['good-for-ai'], flakyLabels: ['flaky-test'],
    pull: four.id, issue, thread: four.reviewThreads.nodes[1].id, rollup: rollup.id, suite,
  });
  assert.equal(followUp.threadComments.comments.nodes.length, 2);
  assert.equal(followUp.checks.contexts.nodes.length, 4);

  const output = await ask(queryText('check-output'), {pull: four.id, runs: rollup.contexts.nodes.map((node) => node.id)});
  assert.equal(output.nodes[0].isRequired, true);
  assert.equal(output.nodes[0].annotations.nodes[0].path, 'a.txt');

  const jobs = await ask(queryText('run-jobs'), {suites: [suite]});
  assert.deepEqual(jobs.nodes[0].checkRuns.nodes.map((node) => node.name), ['build']);

  const lookup = await ask(queryText('lookup'), {
    ...REPOSITORY, label: 'good-for-ai', flaky: 'flaky-test', user: 'maya', head: 'ai/issue-1',
    url: `${sim.url}/acme/widgets/actions/workflows/ci.yml`,
  });
  assert.equal(lookup.repository.pullRequests.nodes[0].number, 4);
  assert.deepEqual(lookup.repository.refs.nodes.map((ref) => ref.name), ['issue-1', 'issue-2']);
  assert.equal(lookup.workflow.name, 'CI');

  const comment = four.comments.nodes[0].id;
  const recheck = await ask(queryText('recheck'), {
    ...REPOSITORY, issues: [issue], pulls: [four.id], texts: [comment, four.reviewThreads.nodes[0].id], status: [comment],
    checkHead: true, head: 'ai/issue-1', ref: 'refs/heads/ai/issue-1',
  });
  assert.equal(recheck.repository.ref.target.oid, four.headRefOid);
  assert.equal(recheck.texts[1].comments.totalCount, 1);

  const status = await ask(queryText('status-comment'), {id: comment});
  assert.equal(status.node.viewerDidAuthor, false);

  const dry = await ask(queryText('dry-run'), REPOSITORY);
  assert.deepEqual([dry.rateLimit.nodeCount, dry.repository], [15_525, undefined]);
});

test('errors have the shapes of GitHub', async () => {
  const undefinedField = await refuse('{repository(owner: "acme", name: "widgets") {foo}}');
  assert.equal(undefinedField.message, "Field 'foo' doesn't exist on type 'Repository'");
  assert.equal(undefinedField.extensions.code, 'undefinedField');

  const argument = await refuse('{repository(owner: "acme", name: "widgets", bogus: 1) {id}}');
  assert.equal(argument.extensions.code, 'argumentNotAccepted');

  const boundaries = await refuse('{repository(owner: "acme", name: "widgets") {issues {nodes {id}}}}');
  assert.equal(boundaries.type, 'MISSING_PAGINATION_BOUNDARIES');
  assert.deepEqual(boundaries.path, ['repository', 'issues']);

  const excessive = await refuse('{repository(owner: "acme", name: "widgets") {issues(first: 101) {nodes {id}}}}');
  assert.equal(excessive.type, 'EXCESSIVE_PAGINATION');

  const tooMany = await refuse('{repository(owner: "acme", name: "widgets") {pullRequests(first: 100) {nodes {reviewThreads(first: 100) {nodes {comments(first: 100) {nodes {id}}}}}}}}');
  assert.equal(tooMany.type, 'MAX_NODE_LIMIT_EXCEEDED');

  const scopes = await refuse('{viewer {email}}');
  assert.equal(scopes.type, 'INSUFFICIENT_SCOPES');

  const syntax = await refuse('{');
  assert.match(syntax.message, /^Parse error/);
});

test('what is missing is null with NOT_FOUND, and the rest stands', async () => {
  const answer = await sim.graphql('{a: repository(owner: "acme", name: "nothing") {id} b: repository(owner: "acme", name: "widgets") {one: issue(number: 1) {number} ten: issue(number: 10) {number}}}');
  assert.equal(answer.data.a, null);
  assert.deepEqual(answer.data.b, {one: {number: 1}, ten: null});
  assert.deepEqual(answer.errors.map((error) => [error.type, error.path.join('.')]), [['NOT_FOUND', 'a'], ['NOT_FOUND', 'b.ten']]);

  const issue = await idOf('issue(number: 1)');
  const nodes = await sim.graphql('query($ids: [ID!]!) {nodes(ids: $ids) {id}}', {ids: [issue, 'I_gone']});
  assert.deepEqual(nodes.data.nodes, [{id: issue}, null]);
  assert.deepEqual(nodes.errors[0].path, ['nodes', 1]);

  const hidden = await refuse('{repository(owner: "acme", name: "secret") {id}}', {}, {token: 'ghp_busy_stranger_token'});
  assert.equal(hidden.type, 'NOT_FOUND');
});

test('a token that may not read statuses sees nulls and FORBIDDEN', async () => {
  const answer = await sim.graphql(queryText('pull'), {...REPOSITORY, number: 4}, {token: 'ghp_busy_no_statuses_token'});
  const {contexts} = answer.data.repository.pullRequest.commits.nodes[0].commit.statusCheckRollup;
  assert.equal(contexts.nodes[3], null);
  assert.equal(contexts.nodes[0].name, 'build');
  assert.equal(answer.errors[0].type, 'FORBIDDEN');
});

test('an App is "name[bot]" as viewer and "name" as author', async () => {
  const data = await ask('{viewer {login __typename} repository(owner: "acme", name: "widgets") {viewerPermission}}', {}, {token: 'ghs_busy_robot_token'});
  assert.equal(data.viewer.login, 'ci-robot[bot]');
  assert.equal(data.repository.viewerPermission, null);
});

test('pages follow their cursors in both directions', async () => {
  const query = `query($first: Int, $last: Int, $after: String, $before: String) {
    repository(owner: "acme", name: "widgets") {
      pullRequests(first: $first, last: $last, after: $after, before: $before) {totalCount nodes {number} pageInfo {hasNextPage hasPreviousPage startCursor endCursor}}
    }
  }`;
  const page = async (variables) => (await ask(query, variables)).repository.pullRequests;
  const one = await page({first: 3});
  assert.deepEqual([one.totalCount, one.nodes.length, one.pageInfo.hasNextPage, one.pageInfo.hasPreviousPage], [4, 3, true, false]);
  const two = await page({first: 3, after: one.pageInfo.endCursor});
  assert.deepEqual([two.nodes.length, two.pageInfo.hasNextPage, two.pageInfo.hasPreviousPage], [1, false, true]);
  const last = await page({last: 2});
  const earlier = await page({last: 2, before: last.pageInfo.startCursor});
  assert.deepEqual([...earlier.nodes, ...last.nodes].map((node) => node.number), [4, 5, 6, 7]);
  const bad = await refuse(query, {first: 1, after: 'nonsense'});
  assert.equal(bad.type, 'INVALID_CURSOR_ARGUMENTS');
});

test('costs follow the documented formula', async () => {
  const data = await ask('{rateLimit {cost nodeCount} repository(owner: "acme", name: "widgets") {pullRequests(first: 50) {nodes {comments(first: 20) {nodes {id}} reviews(first: 10) {nodes {id}}}}}}');
  assert.deepEqual(data.rateLimit, {cost: 1, nodeCount: 50 + 50 * 20 + 50 * 10});
});

test('a read-only token may not mutate', async () => {
  const subject = await idOf('issue(number: 2)');
  const answer = await mutate('Comment', {subject, body: 'hello'}, {token: 'ghp_busy_read_token'});
  assert.deepEqual(answer.data, {addComment: null});
  assert.equal(answer.errors[0].type, 'FORBIDDEN');
  assert.equal(answer.errors[0].message, 'Resource not accessible by personal access token');

  const stranger = await mutate('Resolve', {thread: (await pull(4)).reviewThreads.nodes[0].id}, {token: 'ghp_busy_stranger_token'});
  assert.equal(stranger.errors[0].type, 'FORBIDDEN');
});

test('a round of replies as one review', async () => {
  const four = await pull(4);
  const [thread, , other] = four.reviewThreads.nodes;
  const status = (await perform('Comment', {subject: four.id, body: 'state 1'})).addComment.commentEdge.node.id;
  const review = (await perform('StartReview', {pull: four.id, head: four.headRefOid, body: 'marker'})).addPullRequestReview.pullRequestReview;
  assert.equal(review.state, 'PENDING');

  const second = await mutate('StartReview', {pull: four.id, body: 'again'});
  assert.match(second.errors[0].message, /one pending review/);

  const pending = await ask('query($id: ID!) {node(id: $id) {... on PullRequest {reviews(first: 10, states: PENDING) {nodes {id}}}}}', {id: four.id}, {token: 'ghp_busy_stranger_token'});
  assert.deepEqual(pending.node.reviews.nodes, [], 'a pending review is nobody else\'s business');

  const batch = await mutate('PushBatch', {
    pull: four.id, review: review.id, t1: thread.id, b1: 'Done.', t2: 'PRRT_gone', b2: 'Lost.', c1: four.comments.nodes[0].id,
    labels: [await idOf('label(name: "flaky-test")')], status, state: 'state 2',
  });
  assert.equal(batch.data.r2, null);
  assert.equal(batch.data.s2, null);
  assert.deepEqual(batch.errors.map((error) => [error.path[0], error.type]), [['r2', 'NOT_FOUND'], ['s2', 'NOT_FOUND']]);
  assert.equal(batch.data.submit.pullRequestReview.state, 'COMMENTED');
  assert.equal(batch.data.s1.thread.isResolved, true);

  const now = await pull(4);
  assert.equal(now.reviewThreads.nodes[0].comments.nodes.at(-1).body, 'Done.');
  assert.equal(now.reviewThreads.nodes[0].comments.nodes.at(-1).state, 'SUBMITTED');
  assert.equal(now.comments.nodes.at(-1).body, 'state 2');
  assert.equal(now.comments.nodes.at(-1).editor.login, 'demo-bot');
  assert.ok(now.updatedAt > four.updatedAt);

  await perform('Reply', {thread: other.id, review: null, body: 'Alone.'});
  await perform('Unresolve', {thread: thread.id});
  await perform('DeleteComment', {comment: status});
  const gone = await sim.graphql(queryText('status-comment'), {id: status});
  assert.equal(gone.errors[0].type, 'NOT_FOUND');
});

test('a review that is not submitted can be deleted, with what is in it, by its author', async () => {
  const four = await pull(4);
  const [thread] = four.reviewThreads.nodes;
  const review = (await perform('StartReview', {pull: four.id, head: four.headRefOid, body: 'marker'})).addPullRequestReview.pullRequestReview;
  await perform('Reply', {thread: thread.id, review: review.id, body: 'Unseen.'});
  const stranger = await mutate('DeleteReview', {review: review.id}, {token: 'ghp_busy_stranger_token'});
  assert.ok(stranger.errors);

  await perform('DeleteReview', {review: review.id});
  const now = await pull(4);
  assert.equal(now.reviewThreads.nodes[0].comments.nodes.length, thread.comments.nodes.length);
  assert.equal((await mutate('DeleteReview', {review: review.id})).errors[0].type, 'NOT_FOUND');

  const other = (await perform('StartReview', {pull: four.id, head: four.headRefOid, body: 'marker'})).addPullRequestReview.pullRequestReview;
  await perform('SubmitReview', {review: other.id, body: 'Said.'});
  assert.match((await mutate('DeleteReview', {review: other.id})).errors[0].message, /non-pending/);
});

test('who is asked for a review must be a collaborator, a person and not the author', async () => {
  const four = await pull(4);
  const id = async (login) => (await ask('query($login: String!) {user(login: $login) {id}}', {login})).user.id;
  const requests = async () => (await sim.state()).pulls.find(({number}) => number === 4).review_requests;
  const refusal = async (...users) => (await mutate('RequestReviews', {pull: four.id, users})).errors[0].message;
  assert.match(await refusal(await id('zed')), /only be requested from collaborators/);
  assert.match(await refusal(await id('demo-bot')), /cannot be requested from pull request author/);
  assert.match(await refusal(four.id), /Could not resolve to User node/);
  await perform('RequestReviews', {pull: four.id, users: [await id('maya')]});
  await perform('RequestReviews', {pull: four.id, users: [await id('li')]});
  assert.deepEqual(await requests(), ['maya', 'li'], 'union keeps those who were asked before');
  await sim.do({do: 'review', repo: 'acme/widgets', number: 4, by: 'li', state: 'APPROVED'});
  assert.deepEqual(await requests(), ['maya'], 'who has reviewed is not asked any more');
});

test('a thread that takes no replies says so, and a minimized text too', async () => {
  const made = await sim.do({do: 'thread', repo: 'acme/widgets', number: 4, by: 'li', path: 'a.txt', line: 1, body: 'closed', can_reply: false});
  await sim.do({do: 'minimize', repo: 'acme/widgets', id: made.comment});
  const now = await ask('query($ids: [ID!]!) {nodes(ids: $ids) {... on PullRequestReviewThread {viewerCanReply} ... on PullRequestReviewComment {isMinimized}}}', {ids: [made.id, made.comment]});
  assert.deepEqual(now.nodes, [{viewerCanReply: false}, {isMinimized: true}]);
  assert.match((await mutate('Reply', {thread: made.id, review: null, body: 'x'})).errors[0].message, /no replies/);
});

test('labels, assignees, reactions, issues', async () => {
  const repository = (await ask('{repository(owner: "acme", name: "widgets") {id}}')).repository.id;
  const label = (await perform('CreateLabel', {repo: repository, name: 'new', color: 'ffffff', description: 'd'})).createLabel.label;
  const again = await mutate('CreateLabel', {repo: repository, name: 'NEW', color: 'ffffff'});
  assert.match(again.errors[0].message, /already been taken/);

  const issue = (await perform('CreateIssue', {repo: repository, title: 'New', body: 'text', labels: [label.id]})).createIssue.issue;
  assert.equal(issue.number, 8);
  const users = [(await ask('{user(login: "demo-bot") {id}}')).user.id, (await ask('{user(login: "zed") {id}}')).user.id];
  await perform('Assign', {subject: issue.id, users});
  await perform('React', {subject: issue.id, content: 'EYES'});
  await perform('RemoveLabels', {subject: issue.id, labels: [label.id]});
  await perform('AddLabels', {subject: issue.id, labels: [label.id]});
  await perform('UpdateIssue', {issue: issue.id, title: 'Newer', body: 'other text'});
  let state = (await sim.state()).issues.find((candidate) => candidate.number === 8);
  assert.deepEqual(state.assignees, ['demo-bot'], 'who has no role cannot be assigned');
  assert.deepEqual(state.reactions, {EYES: ['demo-bot']});
  assert.deepEqual(state.labels, ['new']);
  assert.equal(state.edited_by, 'demo-bot');
  assert.ok(state.events.some((event) => event.type === 'UnlabeledEvent'));

  await perform('Unassign', {subject: issue.id, users});
  await perform('Unreact', {subject: issue.id, content: 'EYES'});
  await sim.do({do: 'close_issue', repo: 'acme/widgets', number: 8, by: 'li'});
  await perform('ReopenIssue', {issue: issue.id});
  state = (await sim.state()).issues.find((candidate) => candidate.number === 8);
  assert.deepEqual([state.assignees, state.reactions, state.state], [[], {}, 'OPEN']);
});

test('opening a pull request fails as at GitHub, or succeeds', async () => {
  const repo = (await ask('{repository(owner: "acme", name: "widgets") {id}}')).repository.id;
  const open = (head, base = 'main') => mutate('CreatePull', {repo, head, base, title: 'New', body: 'Resolves #2'});
  const messages = [];
  for (const [head, base] of [['nothing', 'main'], ['main', 'main'], ['ai/issue-1', 'main'], ['ai/issue-1', 'nowhere'], ['zed:ai/issue-9', 'main']]) {
    messages.push((await open(head, base)).errors[0].message);
  }
  assert.deepEqual(messages, [
    "Head sha can't be blank, Base sha can't be blank, No commits between main and nothing, Head ref must be a branch",
    'No commits between main and main',
    'A pull request already exists for acme:ai/issue-1.',
    "Base sha can't be blank, No commits between nowhere and ai/issue-1, Base ref must be a branch",
    'demo-bot does not have the correct permissions to execute `CreatePullRequest`',
  ]);
  const pushed = await sim.do({do: 'push', repo: 'acme/widgets', branch: 'ai/issue-2-1', by: 'demo-bot', files: {'e.txt': 'five\n'}});
  const {pullRequest} = (await open('ai/issue-2-1')).data.createPullRequest;
  assert.equal(pullRequest.headRefOid, pushed.oid);
  await perform('UpdatePull', {pull: pullRequest.id, title: 'Newer', body: 'Closes acme/widgets#1'});
  await perform('RequestReviews', {pull: pullRequest.id, users: [(await ask('{user(login: "maya") {id}}')).user.id]});
  const now = await pull(pullRequest.number);
  assert.deepEqual([now.title, now.editor.login, now.reviewDecision], ['Newer', 'demo-bot', 'REVIEW_REQUIRED']);
  assert.deepEqual(now.closingIssuesReferences.nodes.map((issue) => issue.number), [1]);
});

test('texts that are too long are refused', async () => {
  const subject = await idOf('issue(number: 2)');
  const fits = await mutate('Comment', {subject, body: 'x'.repeat(65_536)});
  assert.equal(fits.errors, undefined);
  const tooLong = await mutate('Comment', {subject, body: 'x'.repeat(65_537)});
  assert.equal(tooLong.errors[0].type, 'UNPROCESSABLE');
  assert.match(tooLong.errors[0].message, /maximum is 65536 characters/);
});

test('partial answers, HTML errors, rate limits and broken connections on request', async () => {
  const query = '{viewer {login} repository(owner: "acme", name: "widgets") {id}}';
  await sim.control('POST', 'fault', {operation: 'Named', graphql_errors: [{path: ['repository'], type: 'RESOURCE_LIMITS_EXCEEDED', message: 'Too much.'}]});
  const untouched = await sim.graphql(query);
  assert.equal(untouched.errors, undefined);
  const partial = await sim.graphql(`query Named ${query}`);
  assert.equal(partial.data.viewer.login, 'demo-bot');
  assert.equal(partial.data.repository, null);
  assert.equal(partial.errors[0].type, 'RESOURCE_LIMITS_EXCEEDED');

  await sim.control('POST', 'fault', {path: '/api/graphql', status: 504, html: '<html>timeout</html>', skip: 1});
  assert.equal((await sim.graphql(query)).status, 200);
  const html = await sim.graphql(query);
  assert.deepEqual([html.status, html.headers.get('content-type'), html.text], [504, 'text/html', '<html>timeout</html>']);

  await sim.control('POST', 'fault', [{field: 'viewer', rate_limit: 'secondary', retry_after: 7}, {field: 'viewer', rate_limit: 'primary'}]);
  const secondary = await sim.graphql(query);
  assert.deepEqual([secondary.status, secondary.headers.get('retry-after')], [403, '7']);
  const primary = await sim.graphql(query);
  assert.deepEqual([primary.status, primary.errors[0].type, primary.headers.get('x-ratelimit-remaining')], [200, 'RATE_LIMITED', '0']);
  const still = await sim.graphql(query);
  assert.equal(still.errors[0].type, 'RATE_LIMITED', 'the budget stays used up until it is reset');
  await sim.do({do: 'advance', seconds: 3601, repo: 'acme/widgets'});
  assert.equal((await sim.graphql(query)).errors, undefined);

  await sim.control('POST', 'fault', {path: '/api/graphql', cut: 10});
  await assert.rejects(sim.graphql(query));

  const subject = await idOf('issue(number: 2)');
  await sim.control('POST', 'fault', {field: 'addComment', reset: true, when: 'after'});
  await assert.rejects(mutate('Comment', {subject, body: 'lost answer'}));
  await sim.control('POST', 'fault', {field: 'addComment', reset: true});
  await assert.rejects(mutate('Comment', {subject, body: 'lost request'}));
  const bodies = (await sim.state()).issues.find((issue) => issue.number === 2).comments.map((comment) => comment.body);
  assert.ok(bodies.includes('lost answer'));
  assert.ok(!bodies.includes('lost request'));
  assert.deepEqual(await sim.control('DELETE', 'fault'), {ok: true});
});

test('nothing was asked that the simulation does not know', () => {
  assert.deepEqual(sim.complaints(), []);
});

test('a mutation of a request fails alone, and a request may stop half-way', async () => {
  const {data} = await sim.graphql('{repository(owner: "acme", name: "widgets") {issues(first: 1) {nodes {id}}}}');
  const id = data?.repository?.issues?.nodes?.[0]?.id;
  const text = `mutation Two($id: ID!) {
    a: addComment(input: {subjectId: $id, body: "one of two"}) {clientMutationId}
    b: addComment(input: {subjectId: $id, body: "two of two"}) {clientMutationId}
  }`;
  const said = async () => JSON.stringify((await sim.graphql('query($id: ID!) {node(id: $id) {... on Issue {comments(last: 5) {nodes {body}}}}}', {id})).data);
  await sim.control('POST', 'fault', {operation: 'Two', refuse: {field: 'a', type: 'RATE_LIMITED', message: 'Not so fast.'}});
  const part = await sim.graphql(text, {id});
  assert.equal(part.data.a, null);
  assert.deepEqual(part.data.b, {clientMutationId: null});
  assert.deepEqual([part.errors[0].type, part.errors[0].path], ['RATE_LIMITED', ['a']]);
  assert.doesNotMatch(await said(), /one of two/);
  await sim.control('POST', 'fault', {operation: 'Two', stop_after: 1, when: 'after', status: 502, html: 'Unicorn'});
  assert.equal((await sim.graphql(text, {id})).status, 502);
  const now = await said();
  assert.match(now, /one of two/);
  assert.equal(now.split('two of two').length, 2);
});
