import assert from 'node:assert/strict';
import {spawnSync} from 'node:child_process';
import {after, before, test} from 'node:test';
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import {fileURLToPath} from 'node:url';

import {Sim} from './testing.mjs';

let sim;

before(async () => {
  sim = await Sim.start('demo');
});

after(() => sim.stop());

async function issue(number = 1) {
  return (await sim.state()).issues.find((candidate) => candidate.number === number);
}

test('the demo scenario holds what its readers expect', async () => {
  const state = await sim.state();
  assert.deepEqual(Object.keys(state.branches), ['main']);
  const [first] = state.issues;
  assert.equal(first.title, 'widget count is off by one');
  assert.deepEqual(first.events.map(({type, actor, label}) => [type, actor, label]), [['LabeledEvent', 'maya', 'good-for-ai']]);
});

test('people label, edit, comment and close', async () => {
  const {id} = await sim.do({do: 'comment', number: 1, by: 'li', body: 'first'});
  await sim.do([
    {do: 'unlabel', number: 1, by: 'maya', label: 'good-for-ai'},
    {do: 'label', number: 1, by: 'li', label: 'bug'},
    {do: 'edit', number: 1, by: 'zed', title: 'other title', body: 'other body'},
    {do: 'edit_comment', id, by: 'maya', body: 'edited'},
    {do: 'assign', number: 1, by: 'maya', login: 'li'},
    {do: 'close_issue', number: 1, by: 'li', reason: 'not_planned'},
  ]);
  const now = await issue();
  assert.deepEqual([now.labels, now.title, now.edited_by, now.assignees], [['bug'], 'other title', 'zed', ['li']]);
  assert.deepEqual([now.comments[0].body, now.comments[0].edited_by], ['edited', 'maya']);
  assert.deepEqual([now.state, now.state_reason], ['CLOSED', 'NOT_PLANNED']);
  await sim.do([{do: 'delete_comment', id}, {do: 'reopen_issue', number: 1, by: 'maya'}]);
  assert.deepEqual((await issue()).comments, []);
});

test('people push, open, review, merge', async () => {
  await sim.do({do: 'push', branch: 'topic', by: 'li', files: {'new.txt': 'new\n'}});
  const {number} = await sim.do({do: 'open_pull', head: 'topic', by: 'li', title: 'New', body: 'Fixes #1'});
  const thread = await sim.do({do: 'thread', number, by: 'maya', path: 'new.txt', line: 1, body: 'Why?'});
  await sim.do([
    {do: 'reply', thread: thread.id, by: 'li', body: 'Because.'},
    {do: 'resolve', thread: thread.id, by: 'maya'},
    {do: 'review', number, by: 'maya', state: 'APPROVED'},
    {do: 'status', number, status: {context: 'ci/x', state: 'SUCCESS'}},
  ]);
  const check = await sim.do({do: 'check', number, check: {name: 'build', status: 'IN_PROGRESS'}});
  await sim.do({do: 'finish_check', id: check.id, conclusion: 'FAILURE'});
  const before = (await sim.state()).pulls[0];
  assert.deepEqual(before.checks.map(({name, state}) => [name, state]), [['ci/x', 'SUCCESS'], ['build', 'FAILURE']]);
  assert.equal(before.threads[0].resolved_by, 'maya');

  await sim.do({do: 'merge_pull', number, by: 'maya', method: 'squash'});
  const state = await sim.state();
  assert.equal(state.pulls[0].state, 'MERGED');
  assert.equal(state.branches.main, state.pulls[0].merge_commit);
  assert.equal((await issue()).state, 'CLOSED');
  await sim.do({do: 'delete_branch', branch: 'topic', by: 'li'});
  assert.deepEqual(Object.keys((await sim.state()).branches), ['main']);
  const updates = (await sim.control('GET', 'journal')).filter((entry) => entry.ref_update);
  assert.deepEqual(updates.map(({ref_update: ref, how, by}) => [ref, how, by]), [
    ['refs/heads/topic', 'control', 'li'],
    ['refs/heads/main', 'control', 'maya'],
    ['refs/heads/topic', 'control', 'li'],
  ]);
});

test('a conflict shows as soon as the base has moved', async () => {
  await sim.do({do: 'push', branch: 'one', by: 'li', files: {'README.md': 'one\n'}});
  const {number} = await sim.do({do: 'open_pull', head: 'one', by: 'li'});
  const mergeable = async () => {
    const query = `{repository(owner: "acme", name: "widgets") {pullRequest(number: ${number}) {mergeable}}}`;
    const answer = await sim.graphql(query, {}, {token: 'ghp_demo_read_token_00000000000000000000'});
    return answer.data.repository.pullRequest.mergeable;
  };
  assert.equal(await mergeable(), 'MERGEABLE');
  await sim.do({do: 'push', branch: 'main', by: 'maya', files: {'README.md': 'two\n'}});
  assert.equal(await mergeable(), 'CONFLICTING');
});

test('unknown deeds and bad faults are refused', async () => {
  assert.match((await sim.do({do: 'dance'})).error, /unknown deed/);
  assert.match((await sim.control('POST', 'fault', {stats: 500})).error, /unknown field/);
});

test('a wrong scenario is refused with the place of the mistake', () => {
  const directory = mkdtempSync(path.join(os.tmpdir(), 'oompa-sim-'));
  const file = path.join(directory, 'scenario.json');
  writeFileSync(file, JSON.stringify({repositories: [{name: 'a/b', colour: 'red'}]}));
  const server = fileURLToPath(new URL('server.mjs', import.meta.url));
  const result = spawnSync(process.execPath, [server, '--scenario', file, '--root', directory], {encoding: 'utf8'});
  rmSync(directory, {recursive: true});
  assert.equal(result.status, 1);
  assert.match(result.stderr, /\/repositories\/0 must NOT have additional properties \(colour\)/);
});
