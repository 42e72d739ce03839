import assert from 'node:assert/strict';
import {after, before, test} from 'node:test';

import {Sim} from './testing.mjs';

let sim;

before(async () => {
  sim = await Sim.start('busy');
});

after(() => sim.stop());

const REPO = '/repos/acme/widgets';

test('every reading operation answers as GitHub describes it', async () => {
  const addresses = [
    '/', '/rate_limit', '/user', '/users/maya', REPO, '/repos/zed/widgets',
    `${REPO}/issues`, `${REPO}/issues?state=all&labels=good-for-ai&per_page=100`, `${REPO}/issues/1`, `${REPO}/issues/4`, `${REPO}/issues/2`,
    `${REPO}/issues/1/comments`, `${REPO}/labels/needs%2F%20triage`, `${REPO}/releases/latest`,
    `${REPO}/pulls`, `${REPO}/pulls?state=all&head=zed:ai/issue-9`, `${REPO}/pulls/4`, `${REPO}/pulls/5`, `${REPO}/pulls/6`, `${REPO}/pulls/7`,
    `${REPO}/git/ref/heads/ai/issue-1`, `${REPO}/git/matching-refs/heads/ai/issue-`,
    `${REPO}/collaborators/li/permission`,
  ];
  for (const address of addresses) {
    const answer = await sim.rest('GET', address);
    assert.equal(answer.status, 200, address);
  }
  assert.deepEqual(sim.complaints(), []);
});

test('permissions are shown as roles and in the legacy words', async () => {
  const ask = async (login, options) => {
    const {status, json} = await sim.rest('GET', `${REPO}/collaborators/${login}/permission`, undefined, options);
    return [status, json.permission ?? json.message, json.role_name];
  };
  assert.deepEqual(await ask('maya'), [200, 'admin', 'admin']);
  assert.deepEqual(await ask('li'), [200, 'write', 'release-manager']);
  assert.deepEqual(await ask('zed'), [200, 'read', 'read']);
  assert.deepEqual(await ask('nobody'), [404, 'Not Found', undefined]);
  await sim.do({do: 'permission', repo: 'acme/widgets', login: 'zed', role: 'maintain'});
  assert.deepEqual(await ask('zed'), [200, 'write', 'maintain']);
  await sim.do({do: 'permission', repo: 'acme/widgets', login: 'zed', role: 'none'});
  assert.deepEqual(await ask('li', {token: 'ghp_busy_stranger_token'}), [403, 'Must have push access to view collaborator permission.', undefined]);
});

test('issues, comments, labels and assignees can be written', async () => {
  const created = await sim.rest('POST', `${REPO}/issues`, {title: 'New', body: 'text', labels: ['unheard-of']});
  assert.equal(created.status, 201);
  assert.deepEqual([created.json.labels[0].name, created.json.labels[0].color], ['unheard-of', 'ededed']);
  const address = `${REPO}/issues/${created.json.number}`;

  const edited = await sim.rest('PATCH', address, {title: 'Newer', state: 'closed', state_reason: 'not_planned'});
  assert.deepEqual([edited.json.title, edited.json.state, edited.json.state_reason], ['Newer', 'closed', 'not_planned']);
  const reopened = await sim.rest('PATCH', address, {state: 'open'});
  assert.equal(reopened.json.state_reason, 'reopened');

  const comment = await sim.rest('POST', `${address}/comments`, {body: 'hello'});
  assert.equal(comment.status, 201);
  assert.ok(comment.json.id > 2 ** 31);
  const commentAddress = `${REPO}/issues/comments/${comment.json.id}`;
  assert.equal((await sim.rest('PATCH', commentAddress, {body: 'hello again'})).json.body, 'hello again');
  assert.equal((await sim.rest('GET', commentAddress)).json.body, 'hello again');
  assert.equal((await sim.rest('POST', `${commentAddress}/reactions`, {content: 'eyes'})).status, 201);
  assert.equal((await sim.rest('DELETE', commentAddress)).status, 204);
  assert.equal((await sim.rest('GET', commentAddress)).status, 404);

  const labels = await sim.rest('POST', `${address}/labels`, {labels: ['good-for-ai', 'brand new']});
  assert.deepEqual(labels.json.map((label) => label.name), ['unheard-of', 'good-for-ai', 'brand new']);
  assert.equal((await sim.rest('DELETE', `${address}/labels/brand%20new`)).status, 200);
  assert.equal((await sim.rest('DELETE', `${address}/labels/brand%20new`)).status, 404);
  const again = await sim.rest('POST', `${REPO}/labels`, {name: 'brand new', color: 'ffffff'});
  assert.deepEqual([again.status, again.json.errors[0].code], [422, 'already_exists']);

  const assigned = await sim.rest('POST', `${address}/assignees`, {assignees: ['demo-bot', 'ci-robot', 'nobody']});
  assert.equal(assigned.status, 201);
  assert.deepEqual(assigned.json.assignees.map((user) => user.login), ['demo-bot']);
  assert.equal((await sim.rest('DELETE', `${address}/assignees`, {assignees: ['demo-bot']})).json.assignees.length, 0);
  assert.equal((await sim.rest('GET', `${REPO}/assignees/li`)).status, 204);
  assert.equal((await sim.rest('GET', `${REPO}/assignees/zed`)).status, 404);

  assert.equal((await sim.rest('POST', `${address}/reactions`, {content: 'eyes'})).status, 201);
  assert.equal((await sim.rest('POST', `${address}/reactions`, {content: 'eyes'})).status, 200);
  assert.deepEqual(sim.complaints(), []);
});

test('what GitHub would refuse is refused in its words', async () => {
  const tooLong = await sim.rest('POST', `${REPO}/issues/1/comments`, {body: 'x'.repeat(65_537)});
  assert.deepEqual([tooLong.status, tooLong.json.message, tooLong.json.errors[0].field], [422, 'Validation Failed', 'body']);
  const readOnly = await sim.rest('POST', `${REPO}/issues/1/comments`, {body: 'x'}, {token: 'ghp_busy_read_token'});
  assert.deepEqual([readOnly.status, readOnly.json.message], [403, 'Resource not accessible by personal access token']);
  const expired = await sim.rest('GET', REPO, undefined, {token: 'ghp_busy_expired_token'});
  assert.deepEqual([expired.status, expired.json.message], [401, 'Bad credentials']);
  const anonymous = await sim.rest('POST', `${REPO}/issues/1/comments`, {body: 'x'}, {token: null});
  assert.deepEqual([anonymous.status, anonymous.json.message], [401, 'Requires authentication']);
  assert.equal((await sim.rest('GET', REPO, undefined, {token: null})).status, 200);
  assert.equal((await sim.rest('GET', '/repos/acme/secret', undefined, {token: 'ghp_busy_stranger_token'})).status, 404);
  assert.equal((await sim.rest('GET', '/user', undefined, {token: 'ghs_busy_robot_token'})).status, 403);
  assert.equal((await sim.rest('GET', '/no/such/thing')).status, 404);
  assert.deepEqual(sim.complaints(), []);
});

test('requests that do not fit the description are complained of', async () => {
  const seen = sim.complaints().length;
  const bad = await sim.rest('POST', `${REPO}/pulls`, {head: 'x', base: 1, bogus: true});
  assert.equal(bad.status, 422);
  assert.equal((await sim.rest('GET', `${REPO}/issues?colour=red`)).status, 422);
  assert.equal((await sim.rest('GET', `${REPO}/issues?per_page=101`)).status, 422);
  assert.equal((await sim.rest('GET', `${REPO}/pulls/4/reviews`)).status, 501);
  await sim.rest('GET', REPO, undefined, {headers: {accept: '*/*'}});
  const texts = sim.complaints().slice(seen).map((entry) => entry.complaint);
  assert.deepEqual(texts, [
    'the request to pulls/create is wrong',
    'the request to issues/list-for-repo is wrong',
    'the request to issues/list-for-repo is wrong',
    'the simulation has no handler for pulls/list-reviews',
    'repos/get was asked without a proper accept header',
  ]);
});

test('a request without User-Agent is turned away', async () => {
  const http = await import('node:http');
  const status = await new Promise((resolve) => {
    http.get(`${sim.url}/api/v3/rate_limit`, (response) => {
      response.resume();
      resolve(response.statusCode);
    });
  });
  assert.equal(status, 403);
});

test('unchanged answers are 304 and free', async () => {
  const first = await sim.rest('GET', REPO);
  const etag = first.headers.get('etag');
  const remaining = first.headers.get('x-ratelimit-remaining');
  assert.ok(Number(remaining) < 4000);
  assert.match(first.headers.get('x-github-request-id'), /^[0-9A-F:]+$/);
  const second = await sim.rest('GET', REPO, undefined, {headers: {'if-none-match': etag}});
  assert.deepEqual([second.status, second.headers.get('x-ratelimit-remaining')], [304, remaining]);
  await sim.do({do: 'archive', repo: 'acme/widgets'});
  assert.equal((await sim.rest('GET', REPO, undefined, {headers: {'if-none-match': etag}})).status, 200);
  await sim.do({do: 'archive', repo: 'acme/widgets', off: true});
});

test('lists come in pages with Link headers', async () => {
  const numbers = [];
  let address = `${REPO}/issues?state=all&per_page=2&direction=asc`;
  while (address) {
    const answer = await sim.rest('GET', address);
    numbers.push(...answer.json.map((issue) => issue.number));
    const next = /<([^>]*)>; rel="next"/.exec(answer.headers.get('link') ?? '');
    address = next ? next[1].replace(`${sim.url}/api/v3`, '') : null;
  }
  assert.deepEqual(numbers.slice(0, 7), [1, 2, 3, 4, 5, 6, 7]);
});

test('the life of a pull request', async () => {
  const missing = await sim.rest('POST', `${REPO}/pulls`, {title: 'T', head: 'nothing', base: 'main'});
  assert.deepEqual([missing.status, missing.json.errors[0]], [422, {resource: 'PullRequest', field: 'head', code: 'invalid'}]);
  await sim.do({do: 'push', repo: 'acme/widgets', branch: 'ai/issue-2-1', files: {'new.txt': 'new\n'}, by: 'demo-bot'});
  const body = {title: 'T', head: 'ai/issue-2-1', base: 'main', body: 'Fixes #2'};
  const created = await sim.rest('POST', `${REPO}/pulls`, body);
  assert.equal(created.status, 201);
  assert.deepEqual([created.json.mergeable, created.json.changed_files, created.json.commits], [null, 1, 1]);
  const again = await sim.rest('POST', `${REPO}/pulls`, body);
  assert.equal(again.json.errors[0].message, 'A pull request already exists for acme:ai/issue-2-1.');
  const empty = await sim.rest('POST', `${REPO}/pulls`, {...body, head: 'main'});
  assert.equal(empty.json.errors[0].message, 'No commits between main and main');

  const address = `${REPO}/pulls/${created.json.number}`;
  assert.equal((await sim.rest('GET', address)).json.mergeable, true);
  assert.equal((await sim.rest('PATCH', address, {title: 'Better'})).json.title, 'Better');
  await sim.do({do: 'merge_pull', repo: 'acme/widgets', number: created.json.number, by: 'maya'});
  const merged = (await sim.rest('GET', address)).json;
  assert.deepEqual([merged.merged, merged.state, merged.merged_by.login], [true, 'closed', 'maya']);
  const main = (await sim.rest('GET', `${REPO}/git/ref/heads/main`)).json.object.sha;
  assert.equal(merged.merge_commit_sha, main);
  assert.equal((await sim.rest('GET', `${REPO}/issues/2`)).json.state, 'closed', 'its issue is closed with it');
});

test('a used-up budget is 403 with x-ratelimit-remaining 0', async () => {
  await sim.control('POST', 'fault', [{operation: 'repos/get', rate_limit: 'primary'}, {operation: 'rate-limit/get', status: 503, body: 'oops', headers: {'retry-after': '3'}}]);
  const answer = await sim.rest('GET', REPO);
  assert.deepEqual([answer.status, answer.headers.get('x-ratelimit-remaining')], [403, '0']);
  const broken = await sim.rest('GET', '/rate_limit');
  assert.deepEqual([broken.status, broken.headers.get('retry-after')], [503, '3']);
  const budget = await sim.rest('GET', '/rate_limit');
  assert.equal(budget.json.resources.core.remaining, 0);
});

test('the simulation never answered against the description', () => {
  const own = sim.complaints().filter((entry) => entry.complaint.includes("simulation's own"));
  assert.deepEqual(own, []);
});
