// Git plumbing on the bare repositories. Synchronous on purpose: the calls take milliseconds, and the code above stays plain.

import {execFileSync, spawnSync} from 'node:child_process';
import {appendFileSync, mkdirSync, writeFileSync} from 'node:fs';
import path from 'node:path';

const MAX_OUTPUT = 256 * 1024 * 1024;

// Nothing of the user's own git configuration may reach the repositories, or their contents would differ between machines.
export const GIT_ENVIRONMENT = {
  PATH: process.env.PATH,
  HOME: '/nonexistent',
  LC_ALL: 'C',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_TERMINAL_PROMPT: '0',
};

export function git(directory, args, options = {}) {
  const output = execFileSync('git', ['--git-dir', directory, ...args], {
    input: options.input ?? '',
    env: {...GIT_ENVIRONMENT, ...options.env},
    maxBuffer: MAX_OUTPUT,
    stdio: ['pipe', 'pipe', 'pipe'],
    encoding: 'utf8',
  });
  return output.replace(/\n$/, '');
}

// The output, or null if git fails, for questions about things that may not be there.
function tryGit(directory, args) {
  const result = spawnSync('git', ['--git-dir', directory, ...args], {env: GIT_ENVIRONMENT, maxBuffer: MAX_OUTPUT, encoding: 'utf8'});
  return result.status === 0 ? result.stdout.replace(/\n$/, '') : null;
}

// For questions whose answer is the exit status.
function gitSucceeds(directory, args) {
  return tryGit(directory, args) !== null;
}

export function createBareRepository(directory, defaultBranch) {
  mkdirSync(directory, {recursive: true});
  git(directory, ['init', '--quiet', '--bare', '--template=', '--initial-branch', defaultBranch, directory]);
  configure(directory);
}

export function forkBareRepository(parent, directory) {
  mkdirSync(path.dirname(directory), {recursive: true});
  git(parent, ['clone', '--quiet', '--bare', '--template=', parent, directory]);
  configure(directory);
}

// As at GitHub: any reachable commit can be fetched by its oid, partial clones work, refs/pull is not writable.
const CONFIGURATION = `
[http]
\treceivepack = true
[gc]
\tauto = 0
[receive]
\tautogc = false
\tadvertisePushOptions = true
\thideRefs = refs/pull
[uploadpack]
\tallowAnySHA1InWant = true
\tallowFilter = true
`;

function configure(directory) {
  appendFileSync(path.join(directory, 'config'), CONFIGURATION);
  const hook = path.join(directory, 'hooks', 'pre-receive');
  mkdirSync(path.dirname(hook), {recursive: true});
  writeFileSync(hook, PRE_RECEIVE_HOOK, {mode: 0o755});
  setProtectedBranches(directory, []);
  setRuledBranches(directory, []);
}

const PRE_RECEIVE_HOOK = `#!/bin/sh
# Refuses a push to a protected branch in GitHub's words. The names are in the files
# "protected-branches" and, of rulesets, "ruled-branches", one a line.
status=0
while read -r old new ref; do
    if grep -Fqx -- "\${ref#refs/heads/}" protected-branches; then
        echo "error: GH006: Protected branch update failed for $ref." >&2
        echo "error: Changes must be made through a pull request." >&2
        status=1
    elif grep -Fqx -- "\${ref#refs/heads/}" ruled-branches; then
        echo "error: GH013: Repository rule violations found for $ref." >&2
        echo "- Cannot create ref due to creations being restricted." >&2
        status=1
    fi
done
exit $status
`;

export function setProtectedBranches(directory, branches) {
  writeFileSync(path.join(directory, 'protected-branches'), branches.map((name) => `${name}\n`).join(''));
}

export function setRuledBranches(directory, branches) {
  writeFileSync(path.join(directory, 'ruled-branches'), branches.map((name) => `${name}\n`).join(''));
}

// Writes commits with `git fast-import`, which makes the same oids from the same input.
// Each commit: {branch, from, message, date (seconds), author: {name, email}, files: [{path, content, mode}]}.
export function importCommits(directory, commits) {
  if (commits.length === 0) {
    return;
  }
  const stream = commits.map(fastImportCommit).join('');
  git(directory, ['fast-import', '--quiet', '--force', '--date-format=raw'], {input: `${stream}done\n`});
}

function fastImportCommit(commit) {
  const person = `${commit.author.name} <${commit.author.email}> ${commit.date} +0000`;
  const lines = [
    `commit refs/heads/${commit.branch}\n`,
    `author ${person}\n`,
    `committer ${person}\n`,
    fastImportData(commit.message),
  ];
  if (commit.from) {
    lines.push(`from ${commit.from}\n`);
  }
  for (const file of commit.files) {
    if (file.content === null) {
      lines.push(`D ${file.path}\n`);
    } else {
      lines.push(`M ${file.mode} inline ${file.path}\n`, fastImportData(file.content));
    }
  }
  return `${lines.join('')}\n`;
}

function fastImportData(text) {
  return `data ${Buffer.byteLength(text)}\n${text}\n`;
}

// Every ref of the repository: Map of full name to oid (of the commit, for annotated tags).
export function listRefs(directory) {
  const refs = new Map();
  const output = git(directory, ['for-each-ref', '--format=%(refname) %(objectname) %(*objectname)']);
  for (const line of output.split('\n').filter(Boolean)) {
    const [name, oid, peeled] = line.split(' ');
    refs.set(name, peeled || oid);
  }
  return refs;
}

export function updateRef(directory, ref, oid) {
  git(directory, ['update-ref', ref, oid]);
}

export function deleteRef(directory, ref) {
  git(directory, ['update-ref', '-d', ref]);
}

export function fetchInto(directory, source, from, to) {
  git(directory, ['fetch', '--quiet', '--no-tags', source, `+${from}:${to}`]);
}

const commitCache = new Map();

// What a commit says of itself, or null if the repository has no such commit.
export function readCommit(directory, oid) {
  const key = `${directory} ${oid}`;
  if (!commitCache.has(key)) {
    const format = ['%H', '%T', '%P', '%an', '%ae', '%aI', '%cn', '%ce', '%cI', '%B'].join('%x00');
    const fields = tryGit(directory, ['log', '-1', `--format=${format}`, `${oid}^{commit}`])?.split('\0');
    if (!fields) {
      return null;
    }
    const [hash, tree, parents, authorName, authorEmail, authorDate, name, email, date, message] = fields;
    commitCache.set(key, {
      oid: hash,
      tree,
      parents: parents.split(' ').filter(Boolean),
      author: {name: authorName, email: authorEmail, date: authorDate},
      committer: {name, email, date},
      message: message.replace(/\n+$/, ''),
    });
  }
  return commitCache.get(key);
}

// The oids of a history, newest first.
export function listCommits(directory, revisions, {since, until, paths = []} = {}) {
  const limits = [since ? `--since=${since}` : null, until ? `--until=${until}` : null].filter(Boolean);
  const output = git(directory, ['rev-list', ...limits, ...revisions, '--', ...paths]);
  return output.split('\n').filter(Boolean);
}

export function mergeBase(directory, one, other) {
  return tryGit(directory, ['merge-base', one, other]);
}

export function isAncestor(directory, ancestor, descendant) {
  return gitSucceeds(directory, ['merge-base', '--is-ancestor', ancestor, descendant]);
}

// The tree of a merge, or null if it conflicts.
function mergeTree(directory, base, head) {
  return tryGit(directory, ['merge-tree', '--write-tree', '--no-messages', base, head])?.split('\n')[0] ?? null;
}

export function mergesCleanly(directory, base, head) {
  return mergeTree(directory, base, head) !== null;
}

// Makes the commit that GitHub's merge button makes, and returns its oid.
export function makeMergeCommit(directory, {base, head, message, who, date, squash = false}) {
  const tree = mergeTree(directory, base, head);
  const parents = squash ? ['-p', base] : ['-p', base, '-p', head];
  const env = {
    GIT_AUTHOR_NAME: who.name,
    GIT_AUTHOR_EMAIL: who.email,
    GIT_AUTHOR_DATE: date,
    GIT_COMMITTER_NAME: 'GitHub',
    GIT_COMMITTER_EMAIL: 'noreply@github.com',
    GIT_COMMITTER_DATE: date,
  };
  return git(directory, ['commit-tree', tree, ...parents, '-m', message], {env});
}

// The files that differ: [{path, additions, deletions}].
export function diffFiles(directory, from, to) {
  const output = git(directory, ['diff', '--numstat', '--no-renames', '-z', from, to]);
  return output.split('\0').filter(Boolean).map((entry) => {
    const [additions, deletions, name] = entry.split('\t');
    return {path: name, additions: Number(additions) || 0, deletions: Number(deletions) || 0};
  });
}

// The texts and patches that came with new commits, as far as `git log` shows them.
export function describeNewCommits(directory, oldOid, newOid) {
  const range = oldOid === null ? [newOid, '--max-count=50'] : [`${oldOid}..${newOid}`];
  return git(directory, ['log', '--patch', '--no-color', '--format=%an %ae %cn %ce%n%B', ...range]);
}
