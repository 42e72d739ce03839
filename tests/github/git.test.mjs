import assert from 'node:assert/strict';
import {after, before, test} from 'node:test';
import {randomBytes} from 'node:crypto';
import {readFileSync, writeFileSync} from 'node:fs';
import path from 'node:path';

import {Sim} from './testing.mjs';

let sim;
let clone;

const WRITE = 'ghp_busy_write_token';

before(async () => {
  sim = await Sim.start('busy');
  clone = path.join(sim.directory, 'clone');
  const cloned = await sim.git(['clone', '--quiet', sim.gitUrl(), clone]);
  assert.equal(cloned.code, 0, cloned.output);
});

after(() => sim.stop());

async function commit(message, files = {}) {
  for (const [name, content] of Object.entries(files)) {
    writeFileSync(path.join(clone, name), content);
  }
  await sim.git(['add', '-A'], {cwd: clone});
  await sim.git(['commit', '--quiet', '--allow-empty', '-m', message], {cwd: clone});
  return (await sim.git(['rev-parse', 'HEAD'], {cwd: clone})).output.trim();
}

function push(refspec, {token = WRITE, repository, args = []} = {}) {
  return sim.git(['push', ...args, sim.gitUrl(token, repository), refspec], {cwd: clone});
}

async function pull(number) {
  return (await sim.state()).pulls.find((candidate) => candidate.number === number);
}

test('the same scenario has the same oids at every start', async () => {
  const other = await Sim.start('busy');
  try {
    // The commit with a relative date is fixed as well, because the scenario fixes its "now".
    assert.deepEqual((await other.state()).branches, (await sim.state()).branches);
  } finally {
    await other.stop();
  }
});

test('private repositories need a token that may read them', async () => {
  const clones = [[null, 128], ['ghp_busy_stranger_token', 128], ['ghp_busy_expired_token', 128], ['ghp_busy_read_token', 0]];
  for (const [token, code] of clones) {
    const answer = await sim.git(['ls-remote', sim.gitUrl(token, 'acme/secret')]);
    assert.equal(answer.code, code, answer.output);
  }
  const withoutSuffix = await sim.git(['ls-remote', sim.gitUrl().replace(/\.git$/, '')]);
  assert.equal(withoutSuffix.code, 0);
});

test('only a token with write access may push', async () => {
  await sim.git(['checkout', '--quiet', '-B', 'topic', 'origin/main'], {cwd: clone});
  await commit('one');
  for (const [token, words] of [[null, 'could not read Username'], ['wrong', 'Authentication failed'], ['ghp_busy_read_token', '403'], ['ghp_busy_stranger_token', '403']]) {
    const answer = await push('topic', {token});
    assert.notEqual(answer.code, 0);
    assert.match(answer.output, new RegExp(words));
  }
  assert.equal((await push('topic')).code, 0);
});

test('protected branches and refs/pull are closed', async () => {
  const refused = await push('topic:main');
  assert.notEqual(refused.code, 0);
  assert.match(refused.output, /remote: error: GH006: Protected branch update failed for refs\/heads\/main\./);
  await sim.do({do: 'ruleset', repo: 'acme/widgets', branch: 'ruled'});
  const ruled = await push('topic:ruled');
  assert.notEqual(ruled.code, 0);
  assert.match(ruled.output, /remote: error: GH013: Repository rule violations found for refs\/heads\/ruled\./);
  const hidden = await push('topic:refs/pull/4/head');
  assert.match(hidden.output, /hidden ref/);
});

test('a push moves the pull request, and the journal says how', async () => {
  const before = await pull(4);
  await sim.git(['checkout', '--quiet', '-B', 'work', 'origin/ai/issue-1'], {cwd: clone});
  const ahead = await commit('more', {'more.txt': 'more\n'});
  assert.equal((await push('work:ai/issue-1')).code, 0);
  const now = await pull(4);
  assert.equal(now.head_oid, ahead);
  assert.ok(now.updated_at > before.updated_at);
  assert.deepEqual(now.checks, [], 'checks stay with the old head');

  await sim.git(['reset', '--quiet', '--hard', 'origin/main'], {cwd: clone});
  const rewritten = await commit('rewritten', {'a.txt': 'other\n'});
  assert.notEqual((await push('work:ai/issue-1')).code, 0, 'not a fast-forward');
  assert.equal((await push('work:ai/issue-1', {args: [`--force-with-lease=ai/issue-1:${ahead}`]})).code, 0);
  const updates = sim.journal().filter((entry) => entry.ref_update === 'refs/heads/ai/issue-1');
  assert.deepEqual(updates.map(({old, new: now2, forced, by, how}) => [old, now2, forced, by, how]), [
    [before.head_oid, ahead, false, 'demo-bot', 'push'],
    [ahead, rewritten, true, 'demo-bot', 'push'],
  ]);
  const fetched = await sim.git(['fetch', '--quiet', sim.gitUrl(), 'refs/pull/4/head'], {cwd: clone});
  assert.equal(fetched.code, 0);
  assert.equal((await sim.git(['rev-parse', 'FETCH_HEAD'], {cwd: clone})).output.trim(), rewritten);
});

test('the head of a fork can be fetched from the base repository', async () => {
  const fetched = await sim.git(['fetch', '--quiet', sim.gitUrl(), 'refs/pull/7/head'], {cwd: clone});
  assert.equal(fetched.code, 0);
  assert.equal((await sim.git(['rev-parse', 'FETCH_HEAD'], {cwd: clone})).output.trim(), (await pull(7)).head_oid);
});

test('deleting the head branch closes the pull request', async () => {
  assert.equal((await push(':ai/issue-2')).code, 0);
  assert.equal((await pull(5)).state, 'CLOSED');
});

test('large pushes are streamed', async () => {
  await sim.git(['checkout', '--quiet', '-B', 'large', 'origin/main'], {cwd: clone});
  await commit('large', {'large.bin': randomBytes(4_000_000)});
  const answer = await push('large');
  assert.equal(answer.code, 0, answer.output);
});

test('a push whose answer is lost has happened; one that is refused has not', async () => {
  await sim.git(['checkout', '--quiet', '-B', 'lost', 'origin/main'], {cwd: clone});
  const oid = await commit('lost answer');
  await sim.control('POST', 'fault', {method: 'POST', git: 'git-receive-pack', reset: true, when: 'after'});
  assert.notEqual((await push('lost')).code, 0);
  assert.equal((await sim.state()).branches.lost, oid);

  await sim.control('POST', 'fault', {git: 'git-receive-pack', nth: 2, status: 502, html: '<html></html>'});
  assert.notEqual((await push('lost:never')).code, 0);
  assert.equal((await sim.state()).branches.never, undefined);

  await sim.control('POST', 'fault', {method: 'POST', git: 'git-upload-pack', cut: 20});
  assert.notEqual((await sim.git(['clone', '--quiet', sim.gitUrl(), path.join(sim.directory, 'cut')])).code, 0);
});

test('tokens never reach the journal, and misplaced ones are complained of', async () => {
  assert.deepEqual(sim.complaints(), []);
  await sim.rest('POST', '/repos/acme/widgets/issues/1/comments', {body: `my token is ${WRITE}`});
  await sim.rest('GET', `/repos/acme/widgets/issues?creator=${WRITE}`);
  await sim.git(['checkout', '--quiet', '-B', 'leak', 'origin/main'], {cwd: clone});
  await commit('leak', {'leak.txt': `${WRITE}\n`});
  await push('leak');
  const places = sim.complaints().map((entry) => entry.token_seen_in);
  assert.deepEqual(places, ['body', 'url', 'push']);
  const text = readFileSync(sim.journalFile, 'utf8');
  assert.ok(!text.includes(WRITE));
  assert.ok(!text.includes(Buffer.from(WRITE).toString('base64')));
});
